import { ColonyError, defineTool, type JsonObject, type Tool } from "@colony/core";
import { z } from "zod";
import { problemOf, type Problem } from "../inventory/counted.ts";
import { takeInventory } from "../inventory/inventory.ts";
import { languageOf } from "../languages.ts";
import { outlineRuleOf } from "../outline/outline-rules.ts";
import type { Ground } from "../paths/confine.ts";
import { byName, shown, type RawPath } from "../paths/raw-path.ts";
import { inParallel } from "../reading/parallel.ts";
import { readBlocks, type TextBlock } from "../reading/text-blocks.ts";
import { fitted } from "./fitted.ts";
import { asideOf, problemsOf, SCOPE_FIELDS, scopeOf, type Grounds } from "./scope-input.ts";

const TIMEOUT_MS = 300_000;
const MAX_FILES = 100;
const MAX_NAMES = 12;
/** Longer source files are generated ones, and an outline of them helps nobody. */
const MAX_SOURCE_BYTES = 1_000_000;
const MAX_NAME_CHARACTERS = 80;

interface Outline {
  readonly path: RawPath;
  readonly names: readonly string[];
}

/** Lists the names that source files export. */
export function outlineFilesTool({ ground }: Grounds): Tool {
  return defineTool({
    name: "outline_files",
    description:
      "Lists the exported (public) top-level names of source files: TypeScript, JavaScript, Python, Go, Rust, Java, " +
      "Kotlin, C#, Swift, Ruby, PHP. Found by scanning the text, not by compiling it. Test files come last.",
    input: z.object({
      ...SCOPE_FIELDS,
      maxFiles: z
        .int()
        .min(1)
        .max(MAX_FILES)
        .default(30)
        .describe("How many files to show; all are counted."),
    }),
    effect: "pure",
    timeoutMs: TIMEOUT_MS,
    async run(input, { signal }): Promise<JsonObject> {
      const inventory = await takeInventory(ground, await scopeOf(ground, input), signal);
      const outlines: Outline[] = [];
      const unread: Problem[] = [];
      let tooLarge = 0;
      let sources = 0;
      await inParallel(inventory.files, signal, async ({ path, sizeBytes }) => {
        const rule = outlineRuleOf(languageOf(path));
        if (rule === undefined) return;
        sources += 1;
        if (sizeBytes > MAX_SOURCE_BYTES) tooLarge += 1;
        else
          try {
            const names = rule(await wholeText(ground, path, signal));
            if (names.length > 0) outlines.push({ path, names });
          } catch (error) {
            unread.push({
              path,
              problem: error instanceof ColonyError ? "it was replaced" : problemOf(error),
            });
          }
      });
      const files = shownFiles(outlines, input.maxFiles);
      const exportedNames = outlines.reduce((sum, { names }) => sum + names.length, 0);
      return {
        sourceFiles: sources,
        filesWithExports: outlines.length,
        exportedNames,
        files,
        ...(files.length < outlines.length ? { filesNotShown: outlines.length - files.length } : {}),
        ...(tooLarge === 0 ? {} : { tooLarge }),
        ...problemsOf([...inventory.problems, ...unread]),
        ...asideOf(inventory),
      };
    },
  });
}

/** Entry files first, then plain sources, then tests, as far as they fit. */
function shownFiles(outlines: readonly Outline[], maxFiles: number): JsonObject[] {
  const files = outlines
    .toSorted((a, b) => rank(a.path) - rank(b.path) || byName(a.path, b.path))
    .map(({ path, names }) => ({
      path: shown(path),
      names: names.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_NAME_CHARACTERS)),
      ...(names.length > MAX_NAMES ? { namesNotShown: names.length - MAX_NAMES } : {}),
    }));
  return fitted(files, maxFiles);
}

function rank(path: RawPath): number {
  if (/(?:^|[/._-])(?:tests?|spec|__tests__|fixtures?|mocks?)(?:[/._-]|$)/iu.test(path)) return 2;
  return /(?:^|\/)(?:index|mod|lib|main|__init__)\.\w+$/u.test(path) ? 0 : 1;
}

async function wholeText(ground: Ground, path: RawPath, signal: AbortSignal): Promise<string> {
  const lines: string[] = [];
  const onBlock = (block: TextBlock): "go_on" => {
    lines.push(...block.lines);
    return "go_on";
  };
  await readBlocks(ground, path, { signal, onBlock });
  return lines.join("\n");
}
