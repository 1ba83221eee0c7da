import { JsonObjectSchema, type JsonObject, type PendingRequest } from "@colony/core";
import type { InputOutcome } from "@colony/runtime";
import { waitingWords } from "../colony/unfinished.ts";
import { EXIT } from "../errors/exit-code.ts";
import type { Settings } from "../settings/settings.ts";
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

/** Where there is no answer yet, since people have to decide something first: the same object, with what waits for them. */
export function waitingJson(
  pending: readonly PendingRequest[],
  more: { readonly tally: Tally; readonly model: string; readonly durationMs: number },
  refused: { readonly code: string; readonly message: string } | null = null,
): JsonObject {
  const executionId = pending.find(({ depth }) => depth === 0)?.executionId ?? null;
  const outcome = { status: "input_required", cause: null, text: null, error: refused, executionId } as const;
  return {
    ...outcomeJson(outcome, more),
    waiting: pending.map((request) => JsonObjectSchema.parse(request)),
  };
}

/** Said where what waits would end with the process. */
export const NOBODY_CAN_ANSWER =
  "waits for you, and nobody can answer: a colony in memory ends with its process; name a folder with --dir, and it waits there";

/** That it waits, and how it goes on, in a sentence for whoever is at a command line. */
export function waitingSentence(
  pending: readonly PendingRequest[],
  { file }: Pick<Settings, "file">,
): string {
  const subject = waitingWords(pending) ?? "nothing waits for you";
  const first = (kind: PendingRequest["kind"]): number => pending.findIndex((each) => each.kind === kind) + 1;
  const [question, approval] = [first("question"), first("approval")];
  const ways = [
    ...(question > 0 ? [`"colony answer ${question} ..." gives an answer`] : []),
    ...(approval > 0 ? [`"colony approve ${approval}" or "colony deny ${approval}" decides`] : []),
  ];
  const it = pending.length === 1 ? "it" : "them";
  return `${subject}; "colony inbox" shows ${it}, ${ways.join(", ")}, "colony chat${fileTyped(file)}" goes on`;
}

/** Whoever goes on needs the same definitions; what a variable says is still said then. */
function fileTyped({ value, source }: Settings["file"]): string {
  if (value === undefined || source !== "--file") return "";
  return ` --file ${/^[\w./@%+=:,-]+$/u.test(value) ? value : `'${value}'`}`;
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
