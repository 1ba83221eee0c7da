import { wordRowsOf } from "../render/width.ts";

/** Says something on standard error: on a terminal in rows that are cut between words. */
export function tell(
  stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  text: string,
): void {
  const { isTTY, columns = Number.POSITIVE_INFINITY } = stream;
  const lines = text.split("\n");
  const rows = isTTY === true ? lines.flatMap((line) => wordRowsOf(line, columns)) : lines;
  stream.write(`${rows.join("\n")}\n`);
}
