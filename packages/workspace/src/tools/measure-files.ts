import { ColonyError, defineTool, type JsonObject, type Tool } from "@colony/core";
import { z } from "zod";
import { GONE, problemOf, type CountedFile, type Problem, type Scope } from "../inventory/counted.ts";
import { takeInventory } from "../inventory/inventory.ts";
import { languageOf } from "../languages.ts";
import { byName, isWithin, joined, shown, type RawPath } from "../paths/raw-path.ts";
import { measureFile, type Measure } from "../reading/measure-file.ts";
import { inParallel } from "../reading/parallel.ts";
import { landmarksOf } from "./landmarks.ts";
import { fitted } from "./fitted.ts";
import { asideOf, problemsOf, SCOPE_FIELDS, scopeOf, type Grounds } from "./scope-input.ts";

const TIMEOUT_MS = 600_000;
const MAX_LANGUAGES = 40;
const MAX_FOLDERS = 12;
const LARGEST = 10;
const PROGRESS_EVERY = 500;

interface Measured extends Measure {
  readonly path: RawPath;
}

/** Counts files, lines and bytes, in total and per language. */
export function measureFilesTool({ ground }: Grounds): Tool {
  return defineTool({
    name: "measure_files",
    description:
      "Counts the files of the given paths with their lines (newline characters, as wc -l) and bytes: in total, per " +
      "language, the largest ones, and those that could not be read. In a git work tree ignored files do not count.",
    input: z.object(SCOPE_FIELDS),
    effect: "pure",
    timeoutMs: TIMEOUT_MS,
    async run(input, context): Promise<JsonObject> {
      const { signal } = context;
      const scope = await scopeOf(ground, input);
      const inventory = await takeInventory(ground, scope, signal);
      const measured: Measured[] = [];
      const unread: Problem[] = [];
      let done = 0;
      await inParallel(inventory.files, signal, async (file) => {
        const measure = await measureOrSay(file, async () => measureFile(ground, file.path, signal));
        if (typeof measure === "string") unread.push({ path: file.path, problem: measure });
        // A file that may not be read is a file all the same; one that is gone is none.
        if (typeof measure !== "string") measured.push({ path: file.path, ...measure });
        else if (measure !== GONE) measured.push({ path: file.path, lines: 0, bytes: 0, binary: false });
        done += 1;
        if (done % PROGRESS_EVERY === 0)
          context.progress(`measured ${done} of ${inventory.files.length} files`);
      });
      return {
        ...summed(measured),
        ...(unread.length === 0 ? {} : { unreadFiles: unread.length }),
        binaryFiles: measured.filter(({ binary }) => binary).length,
        ...perLanguage(measured),
        ...perFolder(measured, scope),
        largest: measured
          .toSorted((a, b) => b.bytes - a.bytes || byName(a.path, b.path))
          .slice(0, LARGEST)
          .map(({ path, lines, bytes }) => ({ path: shown(path), lines, bytes })),
        landmarks: landmarksOf(measured.map(({ path }) => path)).map(shown),
        ...problemsOf([...inventory.problems, ...unread].toSorted((a, b) => byName(a.path, b.path))),
        ...asideOf(inventory),
      };
    },
  });
}

async function measureOrSay(file: CountedFile, measure: () => Promise<Measure>): Promise<Measure | string> {
  try {
    return await measure();
  } catch (error) {
    if (error instanceof ColonyError) return "it was replaced while it was being opened";
    const problem = problemOf(error);
    return problem === GONE ? GONE : `${problem} (${file.sizeBytes} bytes when it was listed)`;
  }
}

interface Sum {
  files: number;
  lines: number;
  bytes: number;
}

function summed(files: readonly Measured[]): JsonObject & Readonly<Sum> {
  const sum: Sum = { files: 0, lines: 0, bytes: 0 };
  for (const file of files) add(sum, file);
  return { ...sum };
}

function add(sum: Sum, file: Measured): void {
  sum.files += 1;
  sum.lines += file.lines;
  sum.bytes += file.bytes;
}

/** All languages, those with most bytes first; a long tail is told as one sum, so that the numbers still add up. */
function perLanguage(files: readonly Measured[]): JsonObject {
  const sums = new Map<string, Sum>();
  for (const file of files) {
    const language = languageOf(file.path);
    const sum = sums.get(language) ?? { files: 0, lines: 0, bytes: 0 };
    add(sum, file);
    sums.set(language, sum);
  }
  const rows = [...sums]
    .map(([language, sum]) => ({ language, ...sum }))
    .toSorted((a, b) => b.bytes - a.bytes);
  const tail = rows.slice(MAX_LANGUAGES);
  const rest: Sum = { files: 0, lines: 0, bytes: 0 };
  for (const row of tail) {
    rest.files += row.files;
    rest.lines += row.lines;
    rest.bytes += row.bytes;
  }
  return {
    languages: rows.slice(0, MAX_LANGUAGES),
    ...(tail.length === 0 ? {} : { otherLanguages: { kinds: tail.length, ...rest } }),
  };
}

/** What lies in each subfolder of the path asked for, or in each path where several were; the largest first. */
function perFolder(files: readonly Measured[], scope: Scope): JsonObject {
  const sums = new Map<RawPath, Sum>();
  for (const file of files) {
    const above = scope.paths.find((path) => isWithin(file.path, path));
    if (above === undefined) continue;
    const [name, ...below] = file.path.slice(above === "" ? 0 : above.length + 1).split("/");
    if (name === undefined || below.length === 0) continue;
    const folder = scope.paths.length > 1 ? above : joined(above, name);
    const sum = sums.get(folder) ?? { files: 0, lines: 0, bytes: 0 };
    add(sum, file);
    sums.set(folder, sum);
  }
  if (sums.size === 0) return {};
  const rows = [...sums]
    .toSorted(([, a], [, b]) => b.bytes - a.bytes)
    .map(([path, sum]) => ({ path: shown(path), ...sum }));
  return { subfolders: { count: rows.length, largest: fitted(rows, MAX_FOLDERS) } };
}
