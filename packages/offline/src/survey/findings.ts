import type { PartOutcome } from "./material.ts";
import { code, counted, table } from "./markdown.ts";
import type { PartResult } from "./part-result.ts";
import { largestOf } from "./totals.ts";

const LARGEST = 10;
const MARKS = 10;
const FILES_SHOWN = 30;
const NAMES_PER_FILE = 8;

/** The largest files. */
export function largestSection(results: readonly PartResult[]): string {
  const rows = largestOf(results, LARGEST);
  if (rows.length === 0) return "";
  return `## Largest files\n\n${table(
    ["File", "Lines", "Bytes"],
    rows.map(({ path, lines, bytes }) => [code(path), lines, bytes]),
  )}`;
}

/** Lines marked as unfinished. */
export function markSection(results: readonly PartResult[]): string {
  const marks = results.flatMap((result) => (result.marks === undefined ? [] : [result.marks]));
  if (marks.length === 0) return "";
  const lines = marks.reduce((sum, mark) => sum + mark.lines, 0);
  const files = marks.reduce((sum, mark) => sum + mark.files, 0);
  const unsearched = results.length - marks.length;
  const where = unsearched === 0 ? "" : ` (${counted(unsearched, "part")} could not be searched)`;
  if (lines === 0) return `## Open marks\n\nNo line has the word TODO or FIXME${where}.`;
  const first = evenly(marks.map((mark) => mark.first)).slice(0, MARKS);
  const items = first.map(({ path, line, text }) => `- ${code(`${path}:${line}`)} ${code(text)}`);
  const rest = lines - first.length;
  return [
    "## Open marks",
    `${counted(lines, "line")} with the word TODO or FIXME in ${counted(files, "file")}${where}.`,
    [...items, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n"),
  ].join("\n\n");
}

/** One from each list in turn, so that a part with many does not hide the others. */
function evenly<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
}

/** The names that each part's files export. */
export function exportSection(parts: readonly PartOutcome[]): string {
  const perPart = Math.max(3, Math.floor(FILES_SHOWN / Math.max(1, parts.length)));
  const paragraphs = parts.flatMap(({ name, result }) => {
    const { exports } = result;
    if (exports === undefined || exports.names === 0) return [];
    const head = `**${code(name)}**: ${counted(exports.names, "name")} in ${counted(exports.files, "file")}`;
    const files = exports.first.slice(0, perPart).map(({ path, names, namesNotShown }) => {
      const shown = names.slice(0, NAMES_PER_FILE).map(code).join(", ");
      const rest = names.length - Math.min(names.length, NAMES_PER_FILE) + namesNotShown;
      return `- ${code(path)}: ${shown}${rest > 0 ? ` and ${rest} more` : ""}`;
    });
    const hidden = exports.files - files.length;
    return [
      [
        head,
        "",
        ...files,
        ...(hidden > 0 ? [`- and ${counted(hidden, "more file", "more files")}`] : []),
      ].join("\n"),
    ];
  });
  return paragraphs.length === 0 ? "" : ["## Exported names", ...paragraphs].join("\n\n");
}
