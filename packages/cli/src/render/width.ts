import { stripVTControlCharacters } from "node:util";

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Characters that take two columns: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\u{FE0F}|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}])/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** The characters of a text as people count them. */
export function graphemesOf(text: string): readonly string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

/** How many columns one character takes on a terminal. */
function columnsOf(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** How many columns a text takes on a terminal; styles take none. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (/^[\u0020-\u007E]*$/u.test(bare)) return bare.length;
  return graphemesOf(bare).reduce((sum, grapheme) => sum + columnsOf(grapheme), 0);
}

/** As much of an unstyled text as fits, with an ellipsis where something is missing. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return "";
  let kept = "";
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    const more = columnsOf(grapheme);
    if (used + more > columns - 1) break;
    kept += grapheme;
    used += more;
  }
  return `${kept.trimEnd()}…`;
}

/** An unstyled text cut into rows of at most so many columns, without regard for words: for what is being typed. */
export function rowsOf(text: string, columns: number): readonly string[] {
  const rows: string[] = [];
  let row = "";
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    const more = columnsOf(grapheme);
    if (used + more > columns && row !== "") {
      rows.push(row);
      row = "";
      used = 0;
    }
    row += grapheme;
    used += more;
  }
  rows.push(row);
  return rows;
}

/** A text with spaces after it, up to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** A text with spaces before it, up to so many columns. */
export function paddedLeft(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** A line of help cut into rows between its words; what follows stands under what the line says, behind its name. */
export function helpRowsOf(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const head = /^ +\S.*? {2,}(?=\S)/u.exec(line)?.[0] ?? /^ */u.exec(line)?.[0] ?? "";
  const indent = " ".repeat(head.length);
  const rows: string[] = [];
  let row = head;
  let isEmpty = true;
  for (const word of line.slice(head.length).split(" ")) {
    const longer = isEmpty ? `${row}${word}` : `${row} ${word}`;
    if (!isEmpty && widthOf(longer) > columns) {
      rows.push(row.trimEnd());
      row = `${indent}${word}`;
    } else row = longer;
    isEmpty = false;
  }
  return [...rows, row];
}

/**
 * A text, styled or not, cut into rows between its words; what follows stands under the text of a list item. A word
 * that is wider than a row is left whole.
 */
export function wordRowsOf(text: string, columns: number): readonly string[] {
  if (widthOf(text) <= columns) return [text];
  const marker = /^\s*(?:[-*•]\s+|\d+[.)]\s+)?/u.exec(stripVTControlCharacters(text))?.[0] ?? "";
  const indent = marker.length * 2 < columns ? " ".repeat(marker.length) : "";
  const rows: string[] = [];
  let row = "";
  let isEmpty = true;
  for (const word of text.split(" ")) {
    const longer = isEmpty ? `${row}${word}` : `${row} ${word}`;
    if (widthOf(longer) > columns && widthOf(row) > marker.length) {
      rows.push(row.trimEnd());
      row = `${indent}${word}`;
    } else row = longer;
    isEmpty = false;
  }
  return [...rows, row];
}
