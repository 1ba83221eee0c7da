import type { JsonObject } from "@colony/core";
import type { InputOutcome } from "@colony/runtime";
import { EXIT } from "../errors/exit-code.ts";
import { spaced } from "../render/words.ts";
import type { Tally } from "./tally.ts";

/** An outcome as one JSON object for programs. */
export function outcomeJson(
  outcome: InputOutcome,
  { tally, ...more }: { readonly tally: Tally; readonly model: string; readonly durationMs: number },
): JsonObject {
  const { status, cause, text, error, executionId } = outcome;
  return {
    status,
    cause,
    text,
    error: error === null ? null : { ...error },
    executionId,
    ...more,
    usage: { ...tally.usage },
    toolCalls: tally.toolCalls,
    workers: tally.workers,
  };
}

/** The exit code of an outcome. */
export function exitCodeFor({ status }: Pick<InputOutcome, "status">): number {
  if (status === "completed") return EXIT.success;
  return status === "cancelled" ? EXIT.cancelled : EXIT.failed;
}

/** What went wrong in an execution, with what a person at a command line can do about it. */
export function withAdvice(message: string): string {
  return message.startsWith("the budget of the colony")
    ? `${message}; raise it with "colony budget"`
    : message;
}

/** Why there is no answer, in a sentence. */
export function failureWords({ status, cause, error }: InputOutcome): string {
  if (error !== null) return withAdvice(error.message);
  const why = cause === null || cause === "finished" ? "" : ` (${spaced(cause)})`;
  return `the task ended without an answer: ${spaced(status)}${why}`;
}
