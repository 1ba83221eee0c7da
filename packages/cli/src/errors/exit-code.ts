import { ColonyError } from "@colony/core";
import type { Loss, Output } from "../io/outputs.ts";

/**
 * What the process tells the shell. `waiting`: people have to decide something first; `unread`: nobody reads what was asked
 * for any more, as a shell has it of a program that was ended by SIGPIPE.
 */
export const EXIT = {
  success: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  cancelled: 130,
  unread: 141,
  terminated: 143,
} as const;

/** A terminal that is gone is a hang-up: the process was asked to end, and has. */
const LOSSES: Readonly<Record<Loss, number>> = {
  reader: EXIT.unread,
  terminal: EXIT.success,
  failed: EXIT.failed,
};

/** The exit code of a process that ends since its output is lost; 0 where it is not. */
export function exitCodeOfLoss(loss: Output["loss"]): number {
  return loss === undefined ? EXIT.success : LOSSES[loss.how];
}

/** What can only come from what was typed or set. */
const TYPED: ReadonlySet<string> = new Set([
  "input.invalid",
  "trigger.invalid",
  "model.missing_key",
  "model.unknown",
  "workspace.invalid",
]);

/** 2 where the person has to type or set something else, 1 for everything that went wrong by itself. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof ColonyError)) return EXIT.failed;
  const { code } = error;
  const theirs = ["usage.", "settings.", "colony_file."].some((kind) => code.startsWith(kind));
  return theirs || TYPED.has(code) ? EXIT.usage : EXIT.failed;
}
