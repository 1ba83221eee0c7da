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

/** A word in a sentence that is longer than this was not meant to be read; this much of it says which one it is. */
const LONGEST_WORD = 300;
const KEPT_OF_WORD = 80;

/** The same for a line: its beginning says what is wrong, its end what to do. */
const LONGEST_LINE = 4_000;
const KEPT_OF_LINE = 1_500;

/** What a person is told in a sentence that repeats what was typed, which may be of any length. */
export function brief(text: string): string {
  return text.split("\n").map(briefLine).join("\n");
}

function briefLine(line: string): string {
  // What stands behind it belongs to the sentence.
  const words = line.replaceAll(/[^\s"]+/gu, (word) =>
    word.length <= LONGEST_WORD
      ? word
      : `${word.slice(0, KEPT_OF_WORD).toWellFormed()}…${/[^\p{L}\p{N}]{0,3}$/u.exec(word)?.[0] ?? ""}`,
  );
  return words.length <= LONGEST_LINE
    ? words
    : `${words.slice(0, KEPT_OF_LINE)} … ${words.slice(-KEPT_OF_LINE)}`.toWellFormed();
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
