import { PLAIN, type Paint } from "./paint.ts";
import { clip, padded, paddedLeft, widthOf } from "./width.ts";

/** A column of a table. The widest text gives its width. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Takes what the others leave; what does not fit is cut. At most one, the last. */
  readonly rest?: boolean;
  /** How wide it stays where there is too little room for all. Default: 16 for the rest, else as wide as its texts. */
  readonly least?: number;
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
  const widths = fitted(natural, columns, width - GAP.length * (columns.length - 1));
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

/** Widths that fit into so many columns where that can be: the rest gives way first, then whichever is widest, to its least. */
function fitted(natural: readonly number[], columns: readonly Column[], room: number): readonly number[] {
  const widths = [...natural];
  let over = natural.reduce((sum, each) => sum + each, 0) - room;
  const narrow = (index: number, least: number, most: number): void => {
    const taken = Math.max(0, Math.min(over, most, (widths[index] ?? 0) - least));
    widths[index] = (widths[index] ?? 0) - taken;
    over -= taken;
  };
  columns.forEach(({ rest, least = LEAST_REST }, index) => {
    if (rest === true) narrow(index, least, over);
  });
  const givers = columns.flatMap(({ least }, index) => (least === undefined ? [] : [{ index, least }]));
  const spare = ({ index, least }: (typeof givers)[number]): number => (widths[index] ?? 0) - least;
  for (;;) {
    const [widest] = givers
      .filter((giver) => spare(giver) > 0)
      .toSorted((one, other) => (widths[other.index] ?? 0) - (widths[one.index] ?? 0));
    if (over <= 0 || widest === undefined) return widths;
    narrow(widest.index, widest.least, 1);
  }
}
