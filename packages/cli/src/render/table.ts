import { PLAIN, type Paint } from "./paint.ts";
import { clip, padded, paddedLeft, widthOf } from "./width.ts";

/** A column of a table. The widest text gives its width. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Takes what the others leave; what does not fit is cut. At most one, the last. */
  readonly rest?: boolean;
}

/** How a table is drawn. */
export interface TableOptions {
  readonly columns: readonly Column[];
  /** Columns of the terminal; infinite where there is none, so that nothing is cut. */
  readonly width?: number;
  readonly paint?: Paint;
  /** How a cell is painted, after it has been given its width. */
  readonly paintCell?: (cell: string, place: { readonly row: number; readonly column: number }) => string;
}

const GAP = "  ";
const LEAST_REST = 16;

/** Rows of cells as lines under a line of titles. */
export function table(rows: readonly (readonly string[])[], options: TableOptions): readonly string[] {
  const { columns, width = Number.POSITIVE_INFINITY, paint = PLAIN, paintCell = (cell) => cell } = options;
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? ""))),
  );
  const fixed = natural.reduce(
    (sum, columnWidth, index) => sum + (columns[index]?.rest === true ? 0 : columnWidth + GAP.length),
    0,
  );
  const widths = natural.map((columnWidth, index) =>
    columns[index]?.rest === true ? Math.min(columnWidth, Math.max(LEAST_REST, width - fixed)) : columnWidth,
  );
  const cell = (text: string, index: number): string => {
    const cut = clip(text, widths[index] ?? 0);
    return columns[index]?.align === "right"
      ? paddedLeft(cut, widths[index] ?? 0)
      : padded(cut, widths[index] ?? 0);
  };
  const titles = columns.map(({ title }, index) => cell(title, index)).join(GAP);
  return [
    paint("dim", titles.trimEnd()),
    ...rows.map((row, rowIndex) =>
      columns
        .map((_, column) => paintCell(cell(row[column] ?? "", column), { row: rowIndex, column }))
        .join(GAP)
        .trimEnd(),
    ),
  ];
}
