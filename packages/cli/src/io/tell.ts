import { wordRowsOf } from "../render/width.ts";
import { harmless } from "../render/words.ts";

/** A style as it stands in a text. All other escape sequences come from somebody else. */
// oxlint-disable-next-line no-control-regex -- escape sequences are exactly what is looked for here
const STYLE = /(\u001B\[[\d;]*m)/u;

/** Says something on standard error: on a terminal in rows that are cut between words. */
export function tell(
  stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  text: string,
): void {
  const { isTTY, columns = Number.POSITIVE_INFINITY } = stream;
  const lines = onlyStyled(text).split("\n");
  const rows = isTTY === true ? lines.flatMap((line) => wordRowsOf(line, columns)) : lines;
  stream.write(`${rows.join("\n")}\n`);
}

function onlyStyled(text: string): string {
  return text
    .split(STYLE)
    .map((piece) => (STYLE.test(piece) ? piece : harmless(piece)))
    .join("");
}
