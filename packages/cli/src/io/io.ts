import type { ReadStream, WriteStream } from "node:tty";

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
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process as a command line sees it. */
export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  const initial = env["INIT_CWD"];
  const cwd = initial === undefined || initial === "" ? process.cwd() : initial;
  return { argv: process.argv.slice(2), env, cwd, stdin, stdout, stderr };
}

/** Writes a whole text and resolves when it has left, so that a process may exit after it. */
export async function write(stream: Pick<WriteStream, "write">, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write(text, () => resolve());
  });
}
