import { inspect } from "node:util";
import type { Io } from "../io/io.ts";
import { paintFor } from "../render/paint.ts";
import { errorWords } from "./error-words.ts";
import { exitCodeOf } from "./exit-code.ts";

/** Tells a person what went wrong, on standard error, and returns the exit code. The stack only with `--debug`. */
export function reportError(
  error: unknown,
  { argv, env, stderr }: Pick<Io, "argv" | "env" | "stderr">,
): number {
  const paint = paintFor(stderr, { env, wanted: argv.includes("--no-color") ? "never" : "auto" });
  stderr.write(`${paint("red", "error:")} ${errorWords(error)}\n`);
  if (argv.includes("--debug")) stderr.write(`${inspect(error)}\n`);
  return exitCodeOf(error);
}
