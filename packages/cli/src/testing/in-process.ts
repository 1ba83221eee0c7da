import { Readable, Writable } from "node:stream";
import { runCommandLine } from "../command-line.ts";
import type { Io } from "../io/io.ts";
import type { Ended } from "./command-line.ts";

/** Runs the command line in this very process, without a terminal: for what is refused before anything is begun. */
export async function inProcess(
  argv: readonly string[],
  { cwd, env = {}, input = "" }: { readonly cwd: string; readonly env?: Io["env"]; readonly input?: string },
): Promise<Ended> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const stdin = Readable.from(input === "" ? [] : [input]);
  const code = await runCommandLine({ argv, env, cwd, stdin, stdout, stderr } as unknown as Io);
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
