import type { Tool } from "@colony/core";
import { listFolderTool } from "./tools/list-folder.ts";
import { measureFilesTool } from "./tools/measure-files.ts";
import { outlineFilesTool } from "./tools/outline-files.ts";
import { readFileTool } from "./tools/read-file.ts";
import type { Grounds } from "./tools/scope-input.ts";
import { searchTextTool } from "./tools/search-text.ts";

/** The read-only tools of a workspace. None changes anything, so each may be run again after a crash. */
export function workspaceTools(grounds: Grounds): readonly Tool[] {
  return [listFolderTool, measureFilesTool, searchTextTool, outlineFilesTool, readFileTool].map((make) => ({
    ...make(grounds),
    group: "workspace",
  }));
}
