import type { Bag } from "../json-reading.ts";
import { counted } from "../survey/markdown.ts";
import { fillData } from "./fill-data.ts";
import type { Search } from "./search.ts";

/** The report of a worker that looked something up. Data is missing where it would have to be made up. */
export interface LookupReport {
  readonly status: "success" | "partial" | "failed";
  readonly summary: string;
  readonly data?: unknown;
}

const MOST_LINES = 60;
const MOST_CHARACTERS = 7_000;
const LONGEST_LINE = 400;
const MOST_UNREAD = 3;

/** Says what was searched, how much was found, and gives what was found in the shape that is wanted. */
export function lookupReport({
  searches,
  missed,
  schema,
}: {
  readonly searches: readonly Search[];
  /** Searches that were not made, because there was no time left. */
  readonly missed: readonly string[];
  readonly schema: Bag;
}): LookupReport {
  const all = [...new Set(searches.flatMap(({ lines }) => lines))];
  const lines = fitting(all);
  const count = searches.reduce(
    (sum, search) => sum + Math.max(0, (search.found ?? 0) - search.lines.length),
    all.length,
  );
  const summary = [
    ...searches.map(searchWords),
    unreadWords(searches),
    ...missed.map((query) => `I did not search for ${JSON.stringify(query)}: I was told to come to an end.`),
    lines.length < count ? `The report holds the first ${lines.length} of ${count} lines.` : "",
  ]
    .filter((text) => text !== "")
    .join(" ");
  const isDone = missed.length === 0 && searches.every(({ problem }) => problem === "");
  if (all.length === 0 && !isDone) return { status: "failed", summary };
  const material = { summary, lines, count };
  const filled = fillData(schema, material);
  if ("unfillable" in filled)
    return {
      status: "failed",
      summary: `${summary} The report has to have ${filled.unfillable.join(", ")}, which I cannot fill without making something up.`,
    };
  return { status: isDone && all.length > 0 ? "success" : "partial", summary, data: filled.data };
}

function searchWords({ query, lines, found, words, problem }: Search): string {
  if (words !== undefined) return words;
  const name = JSON.stringify(query);
  if (problem !== "") return `Searching for ${name} failed: ${problem}`;
  return lines.length === 0
    ? `Nothing was found for ${name}.`
    : `${counted(found ?? lines.length, "line")} found for ${name}.`;
}

/** What none of the searches could look into: all of them go through the same files. */
function unreadWords(searches: readonly Search[]): string {
  const [unread] = searches
    .flatMap((search) => search.unread ?? [])
    .toSorted((one, other) => other.count - one.count);
  if (unread === undefined || unread.count === 0) return "";
  const named = unread.first.slice(0, MOST_UNREAD).map(({ path, problem }) => `${path} (${problem})`);
  const more = unread.count - named.length;
  const which = more > 0 ? [...named, `and ${more} more`] : named;
  return `I could not read ${counted(unread.count, "file or folder", "files or folders")}: ${which.join(", ")}.`;
}

/** As many lines as a report should carry; the overseer reads them all. */
function fitting(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let characters = 0;
  for (const line of lines.slice(0, MOST_LINES)) {
    const text = line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}...`;
    characters += text.length;
    if (characters > MOST_CHARACTERS) break;
    shown.push(text);
  }
  return shown;
}
