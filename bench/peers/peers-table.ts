import { median } from "../measure/interleave.ts";
import { short } from "../measure/table.ts";
import { FIGURES, type Figure, type Measured } from "./measure-peers.ts";
import { OURS } from "./peers.ts";

/** Each figure as a column: its heading and its unit. */
const COLUMNS: Readonly<Record<Figure, readonly [heading: string, unit: string]>> = {
  cpu: ["CPU of one execution", "us"],
  heap: ["heap of one that waits", "kB"],
  crowd: ["all at once, model calls of 200 ms", "ms"],
  http: ["CPU of one call over HTTP", "us"],
  start: ["node to ready for work", "ms"],
};

/**
 * All of them as one Markdown table. In brackets: how many times Colony's figure, of the Colony that keeps as much; what
 * writes to the disk is compared with the durable one.
 */
export function peersTable(all: readonly Measured[]): string {
  const cells = [
    ["", ...FIGURES.map((figure) => COLUMNS[figure][0])],
    ...all.map((measured) => [measured.peer.name, ...FIGURES.map((figure) => cellOf(figure, measured, all))]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [lines[0], rule, ...lines.slice(1), ...problemsOf(all)].join("\n");
}

function cellOf(figure: Figure, { peer, figures }: Measured, all: readonly Measured[]): string {
  const own = median(figures[figure]);
  if (Number.isNaN(own)) return "-";
  const ours = median(all.find((other) => other.peer === OURS[peer.keeps])?.figures[figure] ?? []);
  const times = peer === OURS[peer.keeps] || Number.isNaN(ours) ? "" : ` (${short(own / ours)}x)`;
  return `${short(own)} ${COLUMNS[figure][1]}${times}`;
}

function problemsOf(all: readonly Measured[]): readonly string[] {
  const problems = all.flatMap(({ peer, problem }) =>
    problem === undefined ? [] : [`${peer.name} could not be measured: ${problem}`],
  );
  return problems.length === 0 ? [] : ["", ...problems];
}
