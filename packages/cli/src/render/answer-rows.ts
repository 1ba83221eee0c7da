import { wordRowsOf } from "./width.ts";
import { harmless } from "./words.ts";

/** The lines of an answer as rows of a terminal: cut between words, but for code and tables, whose columns mean something. */
export class AnswerRows {
  #isInCode = false;

  /** The rows of its next line. `shown`: the line as it is to be seen, styled. */
  of(
    line: string,
    { columns, shown = line }: { readonly columns: number; readonly shown?: string },
  ): readonly string[] {
    const isFence = /^\s*(?:```|~~~)/u.test(line);
    if (isFence) this.#isInCode = !this.#isInCode;
    // The terminal cuts them where it must.
    return isFence || this.#isInCode || /^\s*\|/u.test(line) ? [shown] : wordRowsOf(shown, columns);
  }

  /** What comes next is another answer. */
  end(): void {
    this.#isInCode = false;
  }
}

/** A whole answer, as it is printed: on a terminal in rows, elsewhere as it was given. */
export function printed(
  text: string,
  { isTTY, columns }: { readonly isTTY?: boolean; readonly columns: number },
): string {
  if (isTTY !== true) return text;
  const rows = new AnswerRows();
  return harmless(text)
    .split("\n")
    .flatMap((line) => rows.of(line, { columns }))
    .join("\n");
}
