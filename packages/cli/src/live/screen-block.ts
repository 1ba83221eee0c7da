import { widthOf } from "../render/width.ts";

/** What a block is drawn on. */
export interface Screen {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Rows at the bottom of a terminal, none wider than it. */
export interface Block {
  readonly rows: readonly string[];
  /** Where the cursor stands; absent: it is hidden. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
const CLEAR_DOWN = "\u001B[J";

/**
 * A block of rows that stays at the bottom of the terminal and is drawn anew whenever something changes, while what is
 * printed goes above it and scrolls away as usual. It moves only relative to itself, so it may stand anywhere.
 */
export class ScreenBlock {
  readonly #screen: Screen;
  #drawn: Block = { rows: [] };
  #last = "";

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Prints lines above the block, for good. */
  print(lines: readonly string[], block: Block = this.#drawn): void {
    this.#write(`${this.#backToTop()}${lines.map((line) => `${line}\r\n`).join("")}`, block);
  }

  /** Draws the block as it is now. Writes nothing when nothing has changed. */
  draw(block: Block): void {
    if (JSON.stringify(block) === this.#last) return;
    this.#write(this.#backToTop(), block);
  }

  /** Takes the block away and leaves the cursor, visible, where it began. */
  clear(): void {
    this.#screen.write(`${this.#backToTop()}${SHOW_CURSOR}`);
    this.#drawn = { rows: [] };
    this.#last = "";
  }

  #write(before: string, block: Block): void {
    const { rows, cursor } = block;
    const last = rows.length - 1;
    const place =
      cursor === undefined
        ? ""
        : `${up(last - cursor.row)}\r${cursor.column > 0 ? `\u001B[${cursor.column}C` : ""}${SHOW_CURSOR}`;
    this.#screen.write(`${HIDE_CURSOR}${before}${rows.join("\r\n")}${place}`);
    this.#drawn = block;
    this.#last = JSON.stringify(block);
  }

  /** From wherever the cursor was left to the block's first column, with everything below wiped out. */
  #backToTop(): string {
    const { rows, cursor } = this.#drawn;
    if (rows.length === 0) return "";
    const columns = Math.max(1, this.#screen.columns ?? 80);
    const above = rows.slice(0, cursor?.row ?? rows.length - 1);
    // A terminal that was made narrower has wrapped the rows.
    const height = above.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0);
    const own = cursor === undefined ? (rows.at(-1) ?? "") : "";
    const wrapped = own === "" ? 0 : Math.max(0, Math.ceil(widthOf(own) / columns) - 1);
    return `${up(height + wrapped)}\r${CLEAR_DOWN}`;
  }
}

function up(rows: number): string {
  return rows > 0 ? `\u001B[${rows}A` : "";
}
