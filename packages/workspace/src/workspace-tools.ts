import { requireValue, type Tool } from "@colony/core";
import { z } from "zod";
import { listFolderTool } from "./tools/list-folder.ts";
import { measureFilesTool } from "./tools/measure-files.ts";
import { outlineFilesTool } from "./tools/outline-files.ts";
import { readFileTool } from "./tools/read-file.ts";
import type { Grounds } from "./tools/scope-input.ts";
import { searchTextTool } from "./tools/search-text.ts";

const GROUNDS = z.looseObject({
  ground: z.looseObject({ root: z.string(), excluded: z.array(z.string()) }),
  name: z.string(),
});

/**
 * The read-only tools of a workspace. None changes anything, so each may be run again after a crash. Throws
 * `workspace.invalid` for what is no ground.
 */
export function workspaceTools(grounds: Grounds): readonly Tool[] {
  requireValue(grounds, {
    fits: GROUNDS,
    give: "{ ground, name }, such as createWorkspace makes",
    what: "what the tools of a workspace are confined to",
    code: "workspace.invalid",
  });
  return [listFolderTool, measureFilesTool, searchTextTool, outlineFilesTool, readFileTool].map((make) => ({
    ...make(grounds),
    group: "workspace",
  }));
}
