import { inspect } from "node:util";
import type { Io } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { paintFor } from "../render/paint.ts";
import { errorWords } from "./error-words.ts";
import { exitCodeOf } from "./exit-code.ts";

/** Where errors are told, and how. */
type Place = Pick<Io, "argv" | "env" | "stderr">;

/** Tells a person what went wrong, on standard error, and returns the exit code. The stack only with `--debug`. */
export function reportError(error: unknown, place: Place): number {
  tellError(errorWords(error), place);
  if (place.argv.includes("--debug")) place.stderr.write(`${inspect(error)}\n`);
  return exitCodeOf(error);
}

/** Tells on standard error that something went wrong, in these words. */
export function tellError(words: string, { argv, env, stderr }: Place): void {
  const paint = paintFor(stderr, { env, wanted: argv.includes("--no-color") ? "never" : "auto" });
  tell(stderr, `${paint("red", "error:")} ${words}`);
}
