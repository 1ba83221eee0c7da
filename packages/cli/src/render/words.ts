import { stripVTControlCharacters } from "node:util";

/**
 * What somebody else wrote, safe on a terminal: models, files and workers may say anything, escape sequences included.
 * Line breaks and tabs stay.
 */
export function harmless(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll("\r\n", "\n")
      // oxlint-disable-next-line no-control-regex -- control characters are exactly what is taken out here
      .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/gu, "")
  );
}

/** The same on one line. */
export function onOneLine(text: string): string {
  return harmless(text).replaceAll(/\s+/gu, " ").trim();
}

/** `1 worker`, `3 workers`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : `${noun}s`}`;
}

/** A word as the record has it, as people read it: `timed_out` is `timed out`. */
export function spaced(word: string): string {
  return word.replaceAll("_", " ");
}

/** `a, b and c`. */
export function listed(items: readonly string[], last = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1) ?? ""}`;
}
