import type { NewEvent } from "../events/envelope.ts";
import { callId as callIdOf, type CallId } from "../ids.ts";
import type { AssistantMessage, AssistantPart } from "../messages/message.ts";
import { retryDelayMs } from "../policies/retry.ts";
import type { AgentState } from "../state/agent-state.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { openCalls } from "../plan/open-calls.ts";
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
      within(state, "MESSAGE_APPENDED", { message: withUniqueCalls(state, message) }),
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
    const delay = retryable ? retryDelayMs(failures, retryAfterMs) : undefined;
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
    const message =
      calledOff === true
        ? "the call was called off: something that came in goes before it"
        : "the host stopped while the model was answering";
    const error = { code: "model.broken_stream", message };
    const superseded = supersededText === undefined || supersededText === "" ? {} : { supersededText };
    const data = { callId, error, retryable: true, ...superseded, lost: true } as const;
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

/** Some servers number their calls from 0 in each answer, or not at all; a call id has to be unique in the conversation. */
function withUniqueCalls(state: AgentState, message: AssistantMessage): AssistantMessage {
  if (!message.parts.some((part) => part.type === "tool-call")) return message;
  const taken = new Set<string>();
  for (const entry of state.conversation)
    if (entry.role === "assistant") for (const call of entry.calls) taken.add(call.callId);
  const parts = message.parts.map((part): AssistantPart => {
    if (part.type !== "tool-call") return part;
    const given = part.callId === "" ? "call" : part.callId;
    let id: string = given;
    for (let number = 2; taken.has(id); number += 1) id = `${given}-${number}`;
    taken.add(id);
    return id === part.callId ? part : { ...part, callId: callIdOf(id) };
  });
  return { ...message, parts };
}
