import { addUsage } from "../messages/usage.ts";
import type { AgentHandlers } from "./handlers.ts";

/** One model call at a time, and what it consumed. */
export const modelHandlers = {
  MODEL_CALL_STARTED(draft, { data, at }) {
    const { execution } = draft;
    const summary = draft.record.execution;
    if (execution === null || summary === null) return;
    const { callId, reserved } = data;
    const call = { callId, startedAt: at, lost: false };
    const outputTokens = reserved?.outputTokens;
    execution.modelCall = outputTokens === undefined ? call : { ...call, outputTokens };
    execution.modelCalls += 1;
    execution.retryNotBefore = null;
    execution.lastStepAt = at;
    summary.phase = "thinking";
    summary.doing = data.model;
  },
  MODEL_CALL_COMPLETED(draft, { data, at }) {
    const { execution } = draft;
    const summary = draft.record.execution;
    if (execution === null || summary === null) return;
    const cutAtTokens = data.finishReason === "length" ? (execution.modelCall?.outputTokens ?? null) : null;
    if (cutAtTokens !== (execution.cutAtTokens ?? null)) execution.cutAtTokens = cutAtTokens;
    const cutShort = data.finishReason === "length" && cutAtTokens === null;
    if (cutShort !== (execution.cutShort ?? false)) execution.cutShort = cutShort;
    execution.modelCall = null;
    execution.failures = 0;
    if (execution.crashes.model !== 0) execution.crashes = { ...execution.crashes, model: 0 };
    execution.lastFailure = null;
    execution.lastStepAt = at;
    summary.turns += 1;
    summary.usage = addUsage(summary.usage, data.usage);
  },
  MODEL_CALL_FAILED(draft, { data, at }) {
    const { execution } = draft;
    const summary = draft.record.execution;
    if (execution === null || summary === null) return;
    execution.modelCall = null;
    execution.lastStepAt = at;
    summary.phase = "retrying";
    summary.doing = null;
    if (data.usage !== undefined) summary.usage = addUsage(summary.usage, data.usage);
    if (data.lost === true) return;
    execution.failures += 1;
    execution.lastFailure = { error: data.error, retryable: data.retryable };
  },
  MODEL_SWITCHED(draft) {
    if (draft.execution === null) return;
    draft.execution.modelIndex += 1;
    draft.execution.failures = 0;
    draft.execution.lastFailure = null;
    draft.execution.retryNotBefore = null;
  },
  MODEL_RETRY_SCHEDULED(draft, { data }) {
    if (draft.execution !== null) draft.execution.retryNotBefore = data.notBefore;
  },
} satisfies Partial<AgentHandlers>;
