import type { Draft } from "immer";
import type { CallId } from "../ids.ts";
import type { ToolResult } from "../messages/message.ts";
import type { AgentState, AssistantEntry, ToolCallState } from "./agent-state.ts";
import type { AgentHandlers } from "./handlers.ts";

/** Each call has one outcome, in the answer that asked for it. */
export const toolHandlers = {
  TOOL_CALL_STARTED(draft, { data, at }) {
    const call = findCall(draft, data.callId);
    if (call === undefined) return;
    call.status = "started";
    call.effect = data.effect;
    call.attempts = data.attempt;
    call.startedAt = at;
    if (draft.record.execution !== null) {
      draft.record.execution.doing = data.name;
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
  const entry = findAnswer(draft, callId);
  const call = entry?.calls.find((candidate) => candidate.callId === callId);
  if (entry === undefined || call === undefined) return;
  call.status = "done";
  call.result = result as Draft<ToolResult>;
  call.durationMs = durationMs;
  const summary = draft.record.execution;
  if (summary !== null) {
    const running = entry.calls.find((other) => other.status === "started");
    summary.doing = running?.name ?? null;
    if (entry.calls.every((other) => other.status === "done")) summary.phase = "tools_completed";
  }
  if (draft.execution === null) return;
  draft.execution.lastStepAt = at;
  if (result.status === "ok") draft.execution.crashes.tools = 0;
}

function findCall(draft: Draft<AgentState>, callId: CallId): Draft<ToolCallState> | undefined {
  return findAnswer(draft, callId)?.calls.find((candidate) => candidate.callId === callId);
}

/** The answer that asked for a call. Calls wait in the newest answers, so the search is from the end. */
function findAnswer(draft: Draft<AgentState>, callId: CallId): Draft<AssistantEntry> | undefined {
  for (let index = draft.conversation.length - 1; index >= 0; index -= 1) {
    const entry = draft.conversation[index];
    if (entry?.role === "assistant" && entry.calls.some((call) => call.callId === callId)) return entry;
  }
  return undefined;
}
