import { ColonyError, defineTool, type JsonObject, type Tool } from "@colony/core";
import { z } from "zod";
import { resolvePlace } from "../paths/confine.ts";
import { shown } from "../paths/raw-path.ts";
import { openFile } from "../reading/open-file.ts";
import { textBlocks } from "../reading/text-blocks.ts";
import type { Grounds } from "./scope-input.ts";

const DEFAULT_LINES = 200;
const MAX_LINES = 1_000;
const MAX_LINE_CHARACTERS = 1_000;
const MAX_PAGE_CHARACTERS = 16_000;

/** Reads a page of a text file. */
export function readFileTool({ ground }: Grounds): Tool {
  return defineTool({
    name: "read_file",
    description: "Reads some lines of a text file of the workspace. Use offset to go on where a page ended.",
    input: z.object({
      path: z.string().describe("File relative to the workspace root."),
      offset: z.int().min(1).default(1).describe("First line to read, from 1."),
      limit: z.int().min(1).max(MAX_LINES).default(DEFAULT_LINES).describe("How many lines."),
    }),
    effect: "pure",
    async run({ path, offset, limit }, { signal }): Promise<JsonObject> {
      const place = await resolvePlace(ground, path);
      if (place.kind !== "file")
        throw new ColonyError(
          "workspace.not_found",
          `${JSON.stringify(path)} is ${place.kind === "folder" ? "a folder; use list_folder" : "not a regular file"}`,
        );
      const sizeBytes = await sizeOf(async () => openFile(ground, place.path));
      const page: string[] = [];
      let characters = 0;
      let more = false;
      const blocks = textBlocks(ground, place.path, signal);
      for (let next = await blocks.next(); ; next = await blocks.next()) {
        if (next.done === true) {
          if (next.value === "binary")
            return {
              path: shown(place.path),
              sizeBytes,
              binary: true,
              text: "",
              note: "a binary file is not shown",
            };
          break;
        }
        const { firstLine, lines } = next.value;
        for (const line of lines.slice(Math.max(0, offset - firstLine))) {
          const text =
            line.length > MAX_LINE_CHARACTERS ? `${line.slice(0, MAX_LINE_CHARACTERS)} [cut]` : line;
          more = page.length >= limit || characters + text.length > MAX_PAGE_CHARACTERS;
          if (more) break;
          page.push(text);
          characters += text.length + 1;
        }
        if (more) break;
      }
      await blocks.return("text");
      const last = offset + page.length - 1;
      return {
        path: shown(place.path),
        sizeBytes,
        fromLine: offset,
        toLine: last,
        ...(more ? { nextOffset: last + 1 } : { end: true }),
        text: page.join("\n"),
      };
    },
  });
}

async function sizeOf(open: () => ReturnType<typeof openFile>): Promise<number> {
  await using handle = await open();
  return (await handle.stat()).size;
}
