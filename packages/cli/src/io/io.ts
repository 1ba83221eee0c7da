import type { ReadStream, WriteStream } from "node:tty";
import { watchOutputs, type Output } from "./outputs.ts";

/** The world around a command line: what was typed, and where words come from and go to. */
export interface Io {
  /** What was typed after the program's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /** The folder the person stands in; npm changes folders and says in INIT_CWD where it came from. */
  readonly cwd: string;
  readonly stdin: ReadStream;
  /** Results. */
  readonly stdout: WriteStream;
  /** Talk: progress, notices, errors. */
  readonly stderr: WriteStream;
  /** Whether anybody takes the results. */
  readonly output: Output;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process as a command line sees it. From then on no stream of it that is gone ends it. */
export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  const initial = env["INIT_CWD"];
  const cwd = initial === undefined || initial === "" ? process.cwd() : initial;
  const output = watchOutputs({ stdin, stdout, stderr });
  return { argv: process.argv.slice(2), env, cwd, stdin, stdout, stderr, output };
}

/** Writes a whole text and resolves when it has left, or nobody takes it, so that a process may exit after it. */
export async function write(stream: Pick<WriteStream, "write">, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    // Whoever watches the stream is told of its error in the turn after this one.
    stream.write(text, (error) =>
      error === null || error === undefined ? resolve() : setImmediate(resolve),
    );
  });
}
