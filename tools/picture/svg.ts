import type { IBufferCell, Terminal } from "@xterm/headless";

const WIDTH = 8.4;
const HEIGHT = 18;
const MARGIN = 14;

/** The sixteen colours that programs ask for by number. */
const COLOURS = [
  "#3b4252",
  "#e06c75",
  "#98c379",
  "#e5c07b",
  "#61afef",
  "#c678dd",
  "#56b6c2",
  "#d8dee9",
  "#6b7280",
  "#ff7b86",
  "#a9d98a",
  "#f0d08a",
  "#7dc4ff",
  "#d79bea",
  "#74d0d8",
  "#ffffff",
] as const;

/** What a terminal shows, as an SVG picture. */
export function svgOf(terminal: Terminal): string {
  const { cols, rows, buffer } = terminal;
  const width = Math.ceil(cols * WIDTH + MARGIN * 2);
  const height = rows * HEIGHT + MARGIN * 2;
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = buffer.active.getLine(buffer.active.viewportY + row);
    const cells = Array.from({ length: cols }, (_cell, column) => line?.getCell(column));
    const y = MARGIN + (row + 0.75) * HEIGHT;
    return runsOf(cells)
      .map(
        ({ column, text, style }) =>
          `<text x="${(MARGIN + column * WIDTH).toFixed(1)}" y="${y}"${style}>${escaped(text)}</text>`,
      )
      .join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#1b1f27"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    ...lines.filter((line) => line !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

interface Run {
  readonly column: number;
  readonly text: string;
  readonly style: string;
}

/** Neighbouring cells that look alike are one piece of text. */
function runsOf(cells: readonly (IBufferCell | undefined)[]): readonly Run[] {
  const runs: { column: number; text: string; style: string }[] = [];
  for (const [column, cell] of cells.entries()) {
    const text = cell?.getChars() ?? "";
    const style = cell === undefined ? "" : styleOf(cell);
    const last = runs.at(-1);
    if (last?.style === style) last.text += text === "" ? " " : text;
    else runs.push({ column, text: text === "" ? " " : text, style });
  }
  return runs.flatMap(({ column, text, style }) => {
    const words = text.trim();
    return words === ""
      ? []
      : [{ column: column + text.length - text.trimStart().length, text: words, style }];
  });
}

function styleOf(cell: IBufferCell): string {
  const colour = cell.isFgPalette() ? (COLOURS[cell.getFgColor()] ?? "#d8dee9") : "#d8dee9";
  const dim = cell.isDim() !== 0 ? ' opacity="0.6"' : "";
  const bold = cell.isBold() !== 0 ? ' font-weight="bold"' : "";
  return ` fill="${colour}"${dim}${bold}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
