import { createRequire } from "node:module";
import type * as xterm from "@xterm/headless";
import type { Screen } from "../live/screen-block.ts";

type Xterm = typeof xterm;
const isXterm = (module: unknown): module is Xterm =>
  typeof module === "object" && module !== null && "Terminal" in module;
const loaded: unknown = createRequire(import.meta.url)("@xterm/headless");
if (!isXterm(loaded)) throw new Error("@xterm/headless has no Terminal");
const { Terminal } = loaded;

/** A real terminal without a window: what is written to it can be looked at as a person would see it. */
export interface TestTerminal extends Screen {
  readonly columns: number;
  readonly rows: number;
  resize(columns: number, rows: number): void;
  /** Everything there is, scrolled lines included, without blanks and empty lines at the end. */
  lines(): Promise<readonly string[]>;
  cursor(): Promise<{ readonly column: number; readonly line: number }>;
}

/** Opens one. */
export function openTerminal({
  columns = 80,
  rows = 24,
}: { readonly columns?: number; readonly rows?: number } = {}): TestTerminal {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5_000 });
  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      terminal.write("", resolve);
    });
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (text) => terminal.write(text),
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    async lines() {
      await settled();
      const { active } = terminal.buffer;
      const all = Array.from(
        { length: active.length },
        (_, index) => active.getLine(index)?.translateToString(true).trimEnd() ?? "",
      );
      return all.slice(0, all.findLastIndex((line) => line !== "") + 1);
    },
    async cursor() {
      await settled();
      const { active } = terminal.buffer;
      return { column: active.cursorX, line: active.baseY + active.cursorY };
    },
  };
}
