import type { AssistantMessage, Message, ToolCallPart } from "../messages/message.ts";
import { canonicalJson, isSameJson } from "../json.ts";
import { withWaitingCalls } from "../messages/waiting-calls.ts";
import type { AssistantEntry, ConversationEntry, ToolCallState } from "./agent-state.ts";
import type { AgentHandlers } from "./handlers.ts";

/** What is said joins the conversation; calls wait in it for their outcomes. */
export const conversationHandlers = {
  MESSAGE_APPENDED(draft, { data: { message }, at }) {
    if (message.role === "user") {
      draft.conversation.push(message as (typeof draft.conversation)[number]);
      return;
    }
    const previous = callsOfThisExecution(draft);
    const entry = assistantEntry(message, previous);
    draft.conversation.push(entry as (typeof draft.conversation)[number]);
    const { execution } = draft;
    const summary = draft.record.execution;
    if (execution === null || summary === null) return;
    summary.toolCalls += entry.calls.length;
    summary.phase = entry.calls.length > 0 ? "awaiting_tools" : "finalizing";
    summary.doing = null;
    execution.lastStepAt = at;
  },
} satisfies Partial<AgentHandlers>;

/** The calls of the newest answer in the running execution, to notice a model that repeats itself. */
function callsOfThisExecution(state: {
  readonly conversation: readonly ConversationEntry[];
  readonly execution: { readonly startsAt: number } | null;
}): readonly ToolCallState[] {
  const start = state.execution?.startsAt ?? 0;
  for (let index = state.conversation.length - 1; index >= start; index -= 1) {
    const entry = state.conversation[index];
    if (entry?.role === "assistant") return entry.calls;
  }
  return [];
}

/** The calls that an answer asks for, none of them begun. */
function assistantEntry(message: AssistantMessage, previous: readonly ToolCallState[]): AssistantEntry {
  const calls: ToolCallState[] = [];
  const known = message.parts.length > FEW_PARTS ? repeatsByCall(previous) : undefined;
  for (const part of message.parts) {
    if (part.type !== "tool-call") continue;
    const repeats = known === undefined ? repeatsOf(part, calls, previous) : nextOf(part, known);
    calls.push({
      callId: part.callId,
      name: part.name,
      input: part.input,
      malformed: part.malformed ?? false,
      status: "requested",
      effect: null,
      attempts: 0,
      startedAt: null,
      durationMs: null,
      result: null,
      repeats,
    });
  }
  return message.meta === undefined
    ? { role: "assistant", parts: message.parts, calls }
    : { role: "assistant", parts: message.parts, calls, meta: message.meta };
}

/** Up to so many it costs less to compare each with each than to write them all down. */
const FEW_PARTS = 8;

type Call = Pick<ToolCallPart, "name" | "input">;

/** How many times running a call is now made: the newest that is the same tells how often before. */
function repeatsOf(
  { name, input }: Call,
  calls: readonly ToolCallState[],
  previous: readonly ToolCallState[],
): number {
  const same = (call: ToolCallState): boolean => call.name === name && isSameJson(call.input, input);
  const earlier = calls.findLast(same) ?? previous.findLast(same);
  return (earlier?.repeats ?? 0) + 1;
}

/** The same for many calls: how often each was made, by what is the same for the same call. */
function repeatsByCall(previous: readonly ToolCallState[]): Map<string, number> {
  return new Map(previous.map((call) => [keyOf(call), call.repeats]));
}

function nextOf(call: Call, known: Map<string, number>): number {
  const key = keyOf(call);
  const repeats = (known.get(key) ?? 0) + 1;
  known.set(key, repeats);
  return repeats;
}

function keyOf({ name, input }: Call): string {
  return canonicalJson([name, input]);
}

/** A conversation from messages that were mended before: each tool message belongs to a call before it. */
export function entriesOf(messages: readonly Message[]): readonly ConversationEntry[] {
  const entries: ConversationEntry[] = [];
  for (const message of messages) {
    if (message.role === "user") entries.push(message);
    else if (message.role === "assistant") entries.push(assistantEntry(message, []));
    else settleCall(entries, message.callId, { status: "done", result: message.result });
  }
  return entries;
}

/**
 * The conversation as messages: each call's outcome follows the answer that asked for it, in the order of the calls. Of calls
 * that wait for people the answer says so, since they look like calls whose outcome was lost.
 */
export function messagesOf(entries: readonly ConversationEntry[]): readonly Message[] {
  return entries.flatMap((entry): readonly Message[] => {
    if (entry.role === "user") return [entry];
    const { calls, ...answer } = entry;
    const outcomes = calls.flatMap(({ callId, name, result }): readonly Message[] =>
      result === null ? [] : [{ role: "tool", callId, name, result }],
    );
    const waiting = calls.filter(({ status }) => status === "waiting").map(({ callId }) => callId);
    return [withWaitingCalls(answer, waiting), ...outcomes];
  });
}

function settleCall(entries: ConversationEntry[], callId: string, change: Partial<ToolCallState>): void {
  const index = entries.findLastIndex(
    (entry) => entry.role === "assistant" && entry.calls.some((call) => call.callId === callId),
  );
  const entry = entries[index];
  if (entry?.role !== "assistant") return;
  const calls = entry.calls.map((call) => (call.callId === callId ? { ...call, ...change } : call));
  entries[index] = { ...entry, calls };
}
