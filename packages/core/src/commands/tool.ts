import type { NewEvent } from "../events/envelope.ts";
import type { CallId } from "../ids.ts";
import { openCalls } from "../plan/open-calls.ts";
import type { AgentState, ToolCallState } from "../state/agent-state.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { beginning, running } from "./running.ts";
import { within } from "./within.ts";

/** Each call is begun before it runs and has exactly one outcome. */
export const toolCommands = {
  "tool.start"(state, { calls }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const events: NewEvent[] = [];
    const begun = new Set<CallId>();
    for (const { callId, effect, reconciled } of calls) {
      const call = begun.has(callId) ? undefined : find(state, callId);
      begun.add(callId);
      const again =
        call?.status === "interrupted" &&
        (reconciled === true || (call.effect !== "once" && effect !== "once"));
      if (call === undefined || (call.status !== "requested" && !again)) return notWaiting(state, callId);
      const data = { callId, name: call.name, effect, attempt: call.attempts + 1 };
      events.push(within(state, "TOOL_CALL_STARTED", data));
    }
    return events;
  },
  "tool.complete"(state, { callId, result, durationMs }, context) {
    const refusal = running(state, context);
    if (refusal !== undefined) return refusal;
    const call = find(state, callId);
    if (call === undefined) return notWaiting(state, callId);
    const data = { callId, name: call.name, result, durationMs };
    return [within(state, "TOOL_CALL_COMPLETED", data)];
  },
  "tool.unknown"(state, { callId, result }, context) {
    const refusal = running(state, context);
    if (refusal !== undefined) return refusal;
    const call = find(state, callId);
    if (call?.status !== "interrupted") return notWaiting(state, callId);
    return [within(state, "TOOL_OUTCOME_UNKNOWN", { callId, name: call.name, result })];
  },
  "report.record"(state, { status, summary, data, artifacts }, context) {
    const refusal = running(state, context);
    if (refusal !== undefined) return refusal;
    return [within(state, "REPORT_RECORDED", { status, summary, data, artifacts })];
  },
} satisfies Partial<CommandHandlers>;

function find(state: AgentState, callId: CallId): ToolCallState | undefined {
  return openCalls(state).find((call) => call.callId === callId);
}

function notWaiting({ record }: AgentState, callId: CallId): ReturnType<typeof refuse> {
  return refuse(
    "tool_call.not_open",
    `tool call "${callId}" of agent "${record.id}" is not waiting for this`,
  );
}
