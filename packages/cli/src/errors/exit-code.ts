import { ColonyError } from "@colony/core";

/** What the process tells the shell. `waiting`: people have to decide something first. */
export const EXIT = { success: 0, failed: 1, usage: 2, waiting: 3, cancelled: 130, terminated: 143 } as const;

/** What can only come from what was typed or set. */
const TYPED: ReadonlySet<string> = new Set([
  "input.invalid",
  "trigger.invalid",
  "model.missing_key",
  "model.unknown",
]);

/** 2 where the person has to type or set something else, 1 for everything that went wrong by itself. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof ColonyError)) return EXIT.failed;
  const { code } = error;
  const theirs = ["usage.", "settings.", "colony_file."].some((kind) => code.startsWith(kind));
  return theirs || TYPED.has(code) ? EXIT.usage : EXIT.failed;
}
