import type { AssistantMessage } from "./message.ts";

/** The name in an answer's `meta` that says which of its calls were waiting for people when it was written down. */
const WAITING_CALLS = "waiting_calls";

/** An answer that says which of its calls wait for people: whoever is seeded with it is told that these were not made. */
export function withWaitingCalls(answer: AssistantMessage, callIds: readonly string[]): AssistantMessage {
  if (callIds.length === 0) return answer;
  return { ...answer, meta: { ...answer.meta, [WAITING_CALLS]: [...callIds] } };
}

/** Ids of the calls of an answer that were waiting for people when it was written down. */
export function waitingCallsOf({ meta }: AssistantMessage): ReadonlySet<string> {
  const ids = meta?.[WAITING_CALLS];
  return new Set(Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : []);
}
