import type { Row } from "./row.ts";

/** Rows as one aligned table, columns divided by bars, and below it what the floors are. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ["line", "figure", "floor", "ratio", "goal"],
    ...rows.map((row) => [
      row.line,
      `${short(row.figure)} ${row.unit}`,
      `${short(row.floor)} ${row.unit}, ${row.floorIs}`,
      ratioOf(row),
      row.isReached ? row.goal : `${row.goal}: missed`,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(" | ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "-".repeat(width)).join("-|-");
  return [lines[0], rule, ...lines.slice(1), ...meanings(rows)].join("\n");
}

/** A floor too small to be measured is no measure. */
function ratioOf({ ratio, lowest, highest }: Row): string {
  if (!Number.isFinite(ratio)) return "-";
  const most = Number.isFinite(highest) ? short(highest) : "?";
  return `${short(ratio)}x (${short(lowest)}-${most})`;
}

function meanings(rows: readonly Row[]): readonly string[] {
  const means = new Map(rows.map(({ floorIs, floorMeans }) => [floorIs, floorMeans]));
  const lines = [...means].flatMap(([name, meaning]) =>
    meaning === undefined ? [] : [`  ${name}: ${meaning}`],
  );
  return lines.length === 0 ? [] : ["", "floors:", ...lines];
}

/** Three digits that count; whole numbers from 100 on. */
export function short(number: number): string {
  if (!Number.isFinite(number)) return String(number);
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString("en-US");
  return String(Number(number.toPrecision(3)));
}
