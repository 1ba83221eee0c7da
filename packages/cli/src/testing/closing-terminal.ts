import { setTimeout as sleep } from "node:timers/promises";
import { PassThrough, Writable } from "node:stream";
import type { Io } from "../io/io.ts";
import { watchOutputs } from "../io/outputs.ts";

/** A window that a command line runs in, and that can be closed. */
export interface ClosingTerminal {
  readonly io: Io;
  /** Resolves once this was written, on either output. */
  shows(words: string): Promise<void>;
  type(text: string): void;
  /** Nothing is read from it, written to it or set in it any more without an error, as a closed terminal of the system has it. */
  close(): void;
}

/** Opens one. */
export function openClosingTerminal(argv: readonly string[], cwd: string): ClosingTerminal {
  let isClosed = false;
  let text = "";
  const hungUp = (): Error => Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
  const output = (): Writable =>
    Object.assign(
      new Writable({
        // As standard output of a process: an error is told for each write, and none of them is the last.
        autoDestroy: false,
        write(chunk: Buffer, _encoding, done) {
          if (isClosed) return done(hungUp());
          text += chunk.toString("utf8");
          done();
        },
      }),
      { isTTY: true, columns: 100, rows: 30 },
    );
  const stdin = new PassThrough();
  const setRawMode = (): void => {
    if (isClosed) stdin.emit("error", hungUp());
  };
  const streams = {
    stdin: Object.assign(stdin, { isTTY: true, setRawMode }),
    stdout: output(),
    stderr: output(),
  };
  const env = { TERM: "xterm", HOME: cwd };
  const watched = watchOutputs(streams);
  return {
    io: { argv, env, cwd, ...streams, output: watched } as unknown as Io,
    async shows(words) {
      while (!text.includes(words)) await sleep(20);
    },
    type: (typed) => void stdin.write(typed),
    close: () => {
      isClosed = true;
    },
  };
}
