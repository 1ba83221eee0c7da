import type { WriteStream } from "node:tty";
import type { Board } from "../live/board.ts";
import { ScreenBlock } from "../live/screen-block.ts";
import { liveRows } from "../render/live-rows.ts";
import type { Paint } from "../render/paint.ts";
import { wordRowsOf } from "../render/width.ts";

/** Where talk goes while work goes on. */
export interface Progress {
  /** Columns for one line. */
  columns(): number;
  say(lines: readonly string[]): void;
  /** Takes the live lines away until something is next drawn: before an answer is written elsewhere. */
  clear(): void;
  /** Until it is disposed nothing is drawn or said, since a person types; what was to be said is said then. */
  hold(): Disposable;
  /** Takes away what is not to stay. May be called twice. */
  end(): void;
}

const REDRAW_MS = 250;
const MOST_ROWS = 10;

/** One line after the other, for pipes, files and logs. */
export function plainProgress(stream: Pick<WriteStream, "write">): Progress {
  return {
    columns: () => 160,
    say: (lines) => {
      for (const line of lines) stream.write(`${line}\n`);
    },
    clear: () => undefined,
    hold: () => ({ [Symbol.dispose]: () => undefined }),
    end: () => undefined,
  };
}

/** Lines that stay, and under them who is at work now. */
export function liveProgress(
  stream: WriteStream,
  { board, paint }: { readonly board: Board; readonly paint: Paint },
): Progress {
  const block = new ScreenBlock(stream);
  const columns = (): number => Math.max(20, stream.columns - 1);
  const now = (): { readonly rows: readonly string[] } => ({
    rows: liveRows(board.now, {
      now: Date.now(),
      columns: columns(),
      rows: Math.max(1, Math.min(MOST_ROWS, stream.rows - 3)),
      paint,
    }),
  });
  let held: string[] | undefined;
  const draw = (): void => {
    if (held === undefined) block.draw(now());
  };
  const timer = setInterval(draw, REDRAW_MS);
  let ended = false;
  const say = (lines: readonly string[]): void => {
    if (held === undefined)
      block.print(
        lines.flatMap((line) => wordRowsOf(line, columns())),
        now(),
      );
    else held.push(...lines);
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    process.off("exit", end);
    block.clear();
  };
  process.on("exit", end);
  return {
    columns,
    say: (lines) => (ended ? undefined : say(lines)),
    hold: () => {
      block.clear();
      held ??= [];
      return {
        [Symbol.dispose]: () => {
          const lines = held ?? [];
          held = undefined;
          if (!ended && lines.length > 0) say(lines);
        },
      };
    },
    clear: () => (ended ? undefined : block.clear()),
    end,
  };
}
