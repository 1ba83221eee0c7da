import { ColonyError, defineTool, type JsonObject, type Tool } from "@colony/core";
import { z } from "zod";
import { resolvePlace, type Ground } from "../paths/confine.ts";
import { shown, type RawPath } from "../paths/raw-path.ts";
import { openFile } from "../reading/open-file.ts";
import { readBlocks, type TextBlock } from "../reading/text-blocks.ts";
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
      const sizeBytes = await sizeOf(ground, place.path);
      const page = createPage(offset, limit);
      const kind = await readBlocks(ground, place.path, { signal, onBlock: page.take });
      if (kind === "binary")
        return {
          path: shown(place.path),
          sizeBytes,
          binary: true,
          text: "",
          note: "a binary file is not shown",
        };
      const last = offset + page.lines.length - 1;
      return {
        path: shown(place.path),
        sizeBytes,
        fromLine: offset,
        toLine: last,
        ...(page.isFull() ? { nextOffset: last + 1 } : { end: true }),
        text: page.lines.join("\n"),
      };
    },
  });
}

interface Page {
  readonly lines: readonly string[];
  /** Takes the lines that belong to the page. */
  readonly take: (block: TextBlock) => "go_on" | "stop";
  /** Whether there was a line that had no more room. */
  readonly isFull: () => boolean;
}

function createPage(offset: number, limit: number): Page {
  const lines: string[] = [];
  let characters = 0;
  let full = false;
  const take = (block: TextBlock): "go_on" | "stop" => {
    for (const line of block.lines.slice(Math.max(0, offset - block.firstLine))) {
      const text = line.length > MAX_LINE_CHARACTERS ? `${line.slice(0, MAX_LINE_CHARACTERS)} [cut]` : line;
      full = lines.length >= limit || characters + text.length > MAX_PAGE_CHARACTERS;
      if (full) return "stop";
      lines.push(text);
      characters += text.length + 1;
    }
    return "go_on";
  };
  return { lines, take, isFull: () => full };
}

async function sizeOf(ground: Ground, path: RawPath): Promise<number> {
  await using handle = await openFile(ground, path);
  return (await handle.stat()).size;
}
