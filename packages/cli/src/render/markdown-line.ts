import type { Paint } from "./paint.ts";

/** A line of Markdown for a terminal: nothing is left out, headings and emphasis only look like what they are. */
export function markdownLine(line: string, paint: Paint): string {
  if (/^#{1,6} /u.test(line)) return paint("bold", line);
  if (/^\s*(?:```|~~~)/u.test(line)) return paint("dim", line);
  return line
    .replaceAll(/\*\*([^*]+)\*\*/gu, (whole) => paint("bold", whole))
    .replaceAll(/`[^`]+`/gu, (whole) => paint("cyan", whole));
}
