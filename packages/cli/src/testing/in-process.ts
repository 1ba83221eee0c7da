import { Readable, Writable } from "node:stream";
import { runCommandLine } from "../command-line.ts";
import type { Io } from "../io/io.ts";
import type { Output } from "../io/outputs.ts";
import type { Ended } from "./command-line.ts";

/**
 * Runs the command line in this very process, without a terminal and with nothing on standard input: for what is refused
 * before anything is begun.
 */
export async function inProcess(
  argv: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Io["env"] },
): Promise<Ended> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const stdin = Readable.from([]);
  const output: Output = { lost: new AbortController().signal, loss: undefined };
  const code = await runCommandLine({ argv, env, cwd, stdin, stdout, stderr, output } as unknown as Io);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Keeps what is written. */
class Kept extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}
