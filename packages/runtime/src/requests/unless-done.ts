import { ColonyError } from "@colony/core";
import type { EventBus } from "@colony/eventbus";
import { isDone, type ToAgent } from "../letters/letter-done.ts";

/**
 * Records what a letter says of a call, unless a host that was killed before it could take the letter out of the box has
 * recorded it: then nothing is left to do. Rejects as `record` does.
 */
export async function unlessDone(
  { bus }: { readonly bus: EventBus },
  letter: ToAgent,
  record: () => Promise<void>,
): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!(error instanceof ColonyError) || !SETTLED.has(error.code)) throw error;
    if (!(await isDone(bus, letter, ["QUESTION_ANSWERED", "APPROVAL_RESOLVED"]))) throw error;
  }
}

/** What may be refused because it has been said already. */
const SETTLED: ReadonlySet<string> = new Set(["request.not_open", "answer.invalid", "tool.invalid_input"]);
