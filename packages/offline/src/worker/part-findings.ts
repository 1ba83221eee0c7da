import type { PastCall } from "../conversation/conversation.ts";
import { bagOf, numberIn, textIn, textsIn, type Bag } from "../json-reading.ts";
import type { SurveyTask } from "../task/survey-task.ts";
import { describedBy } from "./describe.ts";

/** What a worker has found so far, taken from the tool calls it made for its task. */
export interface PartFindings {
  /** The result of measuring; undefined where it has not been done or failed. */
  readonly measured: Bag | undefined;
  readonly marks: Bag | undefined;
  readonly outlines: Bag | undefined;
  /** What a file of the part says it is. */
  readonly said: string | undefined;
  /** Files that may say it and have not been read. */
  readonly unread: readonly string[];
  /** What went wrong, in words. */
  readonly failures: readonly string[];
}

const MOST_READ = 3;

/** Collects the results of a worker's calls. */
export function findingsOf(task: SurveyTask, calls: readonly PastCall[]): PartFindings {
  const measured = lastResult(calls, "measure_files");
  const reads = calls.filter(({ name }) => name === "read_file");
  const read = new Set(reads.map(({ input }) => textIn(bagOf(input), "path")));
  const said = reads
    .map(({ input, outcome }) =>
      outcome?.kind === "ok"
        ? describedBy(textIn(bagOf(input), "path"), textIn(bagOf(outcome.value), "text"))
        : undefined,
    )
    .find((sentence) => sentence !== undefined);
  const likely = textsIn(measured ?? {}, "landmarks").filter((path) => speaksFor(path, task));
  return {
    measured,
    marks: lastResult(calls, "search_text"),
    outlines: lastResult(calls, "outline_files"),
    said,
    unread: said === undefined && reads.length < MOST_READ ? likely.filter((path) => !read.has(path)) : [],
    failures: calls.flatMap(({ name, outcome }) =>
      outcome?.kind === "error" && name !== "report_to_parent" ? [`${name} failed: ${outcome.message}`] : [],
    ),
  };
}

function lastResult(calls: readonly PastCall[], tool: string): Bag | undefined {
  const outcome = calls.findLast(({ name }) => name === tool)?.outcome;
  return outcome?.kind === "ok" ? bagOf(outcome.value) : undefined;
}

/** A file speaks for a part that is one folder when it lies at its top or in its source folder. */
function speaksFor(path: string, { scope }: SurveyTask): boolean {
  const folder = scope.paths[0];
  if (folder === undefined || scope.paths.length > 1 || scope.include === "below") return false;
  const below = folder === "." ? path : path.slice(folder.length + 1);
  return /^(?:src\/)?[^/]+$/u.test(below);
}

/** What the part is, going by what it consists of. */
export function composedOf(measured: Bag): string {
  const languages = Array.isArray(measured["languages"]) ? measured["languages"].map(bagOf) : [];
  const files = numberIn(measured, "files");
  const first = languages.toSorted((a, b) => numberIn(b, "files") - numberIn(a, "files"))[0];
  if (first === undefined || files === 0) return "no files that count";
  const language = textIn(first, "language");
  if (numberIn(first, "files") === files) return files === 1 ? `one file: ${language}` : `${language} only`;
  const others = languages.filter((row) => row !== first).map((row) => textIn(row, "language"));
  const named = others.slice(0, 3).join(", ");
  return `mostly ${language} (${numberIn(first, "files")} of ${files} files), with ${named}${others.length > 3 ? " and others" : ""}`;
}
