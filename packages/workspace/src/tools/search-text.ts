import { ColonyError, defineTool, type JsonObject, type Tool } from "@colony/core";
import { z } from "zod";
import { problemOf, type Problem } from "../inventory/counted.ts";
import { takeInventory } from "../inventory/inventory.ts";
import { byName, shown, type RawPath } from "../paths/raw-path.ts";
import { inParallel } from "../reading/parallel.ts";
import { createLineMatcher } from "../reading/line-matcher.ts";
import { readBlocks } from "../reading/text-blocks.ts";
import { fitted } from "./fitted.ts";
import { asideOf, problemsOf, SCOPE_FIELDS, scopeOf, type Grounds } from "./scope-input.ts";

const TIMEOUT_MS = 300_000;
const MAX_MATCHES = 100;
const MAX_LINE_CHARACTERS = 160;

interface Match {
  readonly path: RawPath;
  readonly line: number;
  readonly text: string;
}

/** Finds lines that match a pattern. */
export function searchTextTool({ ground }: Grounds): Tool {
  return defineTool({
    name: "search_text",
    description:
      "Finds the lines of text files that match a pattern: how many in how many files, and the first ones with file and " +
      "line. Binary files are left out. A line counts once, as grep -c counts.",
    input: z.object({
      pattern: z.string().min(1).max(500).describe("Plain text, or a JavaScript regular expression."),
      syntax: z.enum(["plain", "regex"]).default("plain"),
      letterCase: z.enum(["exact", "ignore"]).default("exact"),
      ...SCOPE_FIELDS,
      maxMatches: z
        .int()
        .min(0)
        .max(MAX_MATCHES)
        .default(20)
        .describe("How many matches to show; all are counted."),
    }),
    effect: "pure",
    timeoutMs: TIMEOUT_MS,
    async run(input, { signal }): Promise<JsonObject> {
      const matcher = createLineMatcher(input);
      const inventory = await takeInventory(ground, await scopeOf(ground, input), signal);
      let first: readonly Match[] = [];
      const unread: Problem[] = [];
      const count = { lines: 0, files: 0, binary: 0 };
      await inParallel(inventory.files, signal, async ({ path }) => {
        try {
          const found: Match[] = [];
          let lines = 0;
          const kind = await readBlocks(ground, path, {
            signal,
            onBlock: (block) => {
              for (const index of matcher(block.lines)) {
                lines += 1;
                if (found.length < input.maxMatches)
                  found.push({ path, line: block.firstLine + index, text: excerpt(block.lines[index]) });
              }
              return "go_on";
            },
          });
          if (kind === "binary") count.binary += 1;
          if (lines > 0) count.files += 1;
          count.lines += lines;
          first = keepFirst([...first, ...found], input.maxMatches);
        } catch (error) {
          if (error instanceof ColonyError && error.code !== "workspace.outside") throw error;
          unread.push({ path, problem: error instanceof ColonyError ? "it was replaced" : problemOf(error) });
        }
      });
      const matches = first.map(({ path, line, text }) => ({ path: shown(path), line, text }));
      const shownMatches = fitted(matches, input.maxMatches);
      return {
        matchingLines: count.lines,
        matchingFiles: count.files,
        first: shownMatches,
        ...(count.lines > shownMatches.length ? { notShown: count.lines - shownMatches.length } : {}),
        searchedFiles: inventory.files.length - count.binary - unread.length,
        binaryFiles: count.binary,
        ...problemsOf([...inventory.problems, ...unread]),
        ...asideOf(inventory),
      };
    },
  });
}

function keepFirst(matches: readonly Match[], count: number): readonly Match[] {
  return matches.toSorted((a, b) => byName(a.path, b.path) || a.line - b.line).slice(0, count);
}

function excerpt(line: string | undefined): string {
  return (line ?? "").trim().slice(0, MAX_LINE_CHARACTERS);
}
