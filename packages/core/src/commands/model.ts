import type { NewEvent } from "../events/envelope.ts";
import { callId as callIdOf, type CallId } from "../ids.ts";
import { retryDelayMs } from "../policies/retry.ts";
import type { AgentState } from "../state/agent-state.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { openCalls } from "../plan/open-calls.ts";
import { HOST_STOPPED, calledOffFor } from "./lost-model-call.ts";
import { withOwnCalls } from "./own-calls.ts";
import { beginning, running } from "./running.ts";
import { within } from "./within.ts";

/** One model call at a time. */
export const modelCommands = {
  "model.start"(state, { model, reserved }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const { record, execution } = state;
    if (record.execution === null || execution === null || execution.modelCall !== null)
      return refuse("model_call.not_open", `agent "${record.id}" is waiting for a model call already`);
    const [open] = openCalls(state);
    if (open !== undefined)
      return refuse(
        "agent.busy",
        `tool call "${open.callId}" of agent "${record.id}" has no outcome yet; ask the model once it has`,
      );
    const callId = callIdOf(`${record.execution.id}.m${execution.modelCalls + 1}`);
    const data = reserved === undefined ? { callId, model } : { callId, model, reserved };
    return [within(state, "MODEL_CALL_STARTED", data)];
  },
  "model.complete"(state, { callId, message, finishReason, usage, durationMs, firstTokenMs }, context) {
    const refusal = running(state, context) ?? notOpen(state, callId);
    if (refusal !== undefined) return refusal;
    return [
      within(state, "MODEL_CALL_COMPLETED", { callId, finishReason, usage, durationMs, firstTokenMs }),
      within(state, "MESSAGE_APPENDED", { message: withOwnCalls(state, message) }),
    ];
  },
  "model.fail"(state, { callId, error, retryable, supersededText, usage, retryAfterMs }, context) {
    const refusal = running(state, context) ?? notOpen(state, callId);
    if (refusal !== undefined) return refusal;
    const failed: NewEvent = within(state, "MODEL_CALL_FAILED", {
      callId,
      error,
      retryable,
      ...(supersededText === undefined || supersededText === "" ? {} : { supersededText }),
      ...(usage === undefined ? {} : { usage }),
    });
    const failures = (state.execution?.failures ?? 0) + 1;
    const delay = retryable ? retryDelayMs(failures, { callId, code: error.code, retryAfterMs }) : undefined;
    if (delay === undefined) return [failed];
    const notBefore = context.at + delay;
    return [failed, within(state, "MODEL_RETRY_SCHEDULED", { notBefore, failures })];
  },
  "model.switch"(state, { from, to }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const reason = state.execution?.lastFailure?.error;
    if (reason === undefined)
      return refuse("model_call.not_open", `model "${from}" of agent "${state.record.id}" has not failed`);
    return [within(state, "MODEL_SWITCHED", { from, to, reason })];
  },
  "model.lose"(state, { callId, calledOff, supersededText }, context) {
    const refusal = running(state, context) ?? notOpen(state, callId);
    if (refusal !== undefined) return refusal;
    const loss = calledOff === true ? calledOffFor(state, context.at) : HOST_STOPPED;
    const superseded = supersededText === undefined || supersededText === "" ? {} : { supersededText };
    const data = { callId, ...loss, ...superseded, lost: true } as const;
    return [within(state, "MODEL_CALL_FAILED", data)];
  },
} satisfies Partial<CommandHandlers>;

function notOpen({ record, execution }: AgentState, callId: CallId): ReturnType<typeof refuse> | undefined {
  if (execution?.modelCall?.callId === callId) return undefined;
  return refuse(
    "model_call.not_open",
    `model call "${callId}" is not the one that agent "${record.id}" is waiting for`,
  );
}
