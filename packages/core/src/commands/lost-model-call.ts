import type { Failure } from "../events/execution.ts";
import { activeMs } from "../plan/active-time.ts";
import type { AgentState, ExecutionState } from "../state/agent-state.ts";

/** Why a model call has no answer, though its model has not failed. */
interface LostCall {
  readonly error: Failure;
  readonly retryable: boolean;
}

/** The host died in the middle of it, or let go of it. */
export const HOST_STOPPED: LostCall = {
  error: { code: "model.broken_stream", message: "the host stopped while the model was answering" },
  retryable: true,
};

/** What a call was called off for: the same that the execution comes to its end for, or that goes before it. */
export function calledOffFor(state: AgentState, at: number): LostCall {
  const { execution, inbox, limits } = state;
  const cancel = execution?.cancel ?? null;
  if (cancel !== null) {
    const reason = cancel.reason === null ? "" : ` (${cancel.reason})`;
    return calledOff("execution.cancelled", `${wordOf(cancel)}${reason}`);
  }
  if (inbox.some(({ mode }) => mode === "interrupt"))
    return { ...calledOff("wait.aborted", "something that came in goes before it"), retryable: true };
  if (activeMs(state, at) >= limits.hardWallMs)
    return calledOff("execution.failed", "the execution has used up its time");
  return { ...calledOff("wait.aborted", "nothing waits for it any more"), retryable: true };
}

function wordOf({ close, keepsInbox }: NonNullable<ExecutionState["cancel"]>): string {
  if (close !== true) return "the execution was cancelled";
  return keepsInbox === true ? "the agent was closed" : "the agent was stopped";
}

function calledOff(code: string, why: string): LostCall {
  return { error: { code, message: `the call was called off: ${why}` }, retryable: false };
}
