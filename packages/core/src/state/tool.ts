import type { Draft } from "immer";
import type { CallId } from "../ids.ts";
import type { ToolResult } from "../messages/message.ts";
import type { AgentState, ToolCallState } from "./agent-state.ts";
import type { AgentHandlers } from "./handlers.ts";

/** Each call has one outcome, in the answer that asked for it. */
export const toolHandlers = {
  TOOL_CALL_STARTED(draft, { data, at }) {
    const { callId, effect, attempt: attempts, name } = data;
    if (changeCall(draft, callId, { status: "started", effect, attempts, startedAt: at }) === undefined)
      return;
    if (draft.record.execution !== null) {
      draft.record.execution.doing = name;
      draft.record.execution.phase = "awaiting_tools";
    }
    if (draft.execution !== null) draft.execution.lastStepAt = at;
  },
  TOOL_CALL_COMPLETED(draft, { data, at }) {
    settle(draft, data, { at, durationMs: data.durationMs });
  },
  TOOL_OUTCOME_UNKNOWN(draft, { data, at }) {
    settle(draft, data, { at, durationMs: null });
  },
} satisfies Partial<AgentHandlers>;

function settle(
  draft: Draft<AgentState>,
  { callId, result }: { readonly callId: CallId; readonly result: ToolResult },
  { at, durationMs }: { readonly at: number; readonly durationMs: number | null },
): void {
  const isPeoples = callOf(draft, callId)?.status === "waiting";
  const calls = changeCall(draft, callId, { status: "done", result, durationMs });
  if (calls === undefined) return;
  countRequests(draft, calls);
  const summary = draft.record.execution;
  if (summary !== null) {
    const running = calls.find((other) => other.status === "started");
    summary.doing = running?.name ?? null;
    if (calls.every((other) => other.status === "done")) summary.phase = "tools_completed";
  }
  // What people say is no work of the execution's, and the time that they take is not its own.
  if (draft.execution === null || isPeoples) return;
  draft.execution.lastStepAt = at;
  const { crashes } = draft.execution;
  if (result.status === "ok" && crashes.tools !== 0) draft.execution.crashes = { ...crashes, tools: 0 };
}

/** A call by its id. */
export function callOf(
  { conversation }: Pick<AgentState, "conversation">,
  callId: CallId,
): ToolCallState | undefined {
  for (let index = conversation.length - 1; index >= 0; index -= 1) {
    const entry = conversation[index];
    const call = entry?.role === "assistant" ? entry.calls.find((each) => each.callId === callId) : undefined;
    if (call !== undefined) return call;
  }
  return undefined;
}

/** Keeps count of the calls that wait for people: those of the newest answer. */
export function countRequests(draft: Draft<AgentState>, calls: readonly ToolCallState[]): void {
  let requests = 0;
  for (const { status } of calls) if (status === "waiting") requests += 1;
  if (requests > 0) draft.record.requests = requests;
  else if (draft.record.requests !== undefined) delete draft.record.requests;
}

/**
 * Replaces a call, and the answer that asked for it; the calls of that answer, or undefined where there is no such call.
 * Calls wait in the newest answers, so the search is from the end.
 */
export function changeCall(
  draft: Draft<AgentState>,
  callId: CallId,
  change: Partial<ToolCallState>,
): readonly ToolCallState[] | undefined {
  for (let index = draft.conversation.length - 1; index >= 0; index -= 1) {
    const entry = draft.conversation[index];
    if (entry?.role !== "assistant") continue;
    const place = entry.calls.findIndex((call) => call.callId === callId);
    const call = entry.calls[place];
    if (call === undefined) continue;
    const calls = entry.calls.slice();
    calls[place] = { ...call, ...change } as (typeof calls)[number];
    draft.conversation[index] = { ...entry, calls };
    return calls;
  }
  return undefined;
}
