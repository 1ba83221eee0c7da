import type { Failure } from "../events/execution.ts";
import type { AgentState } from "../state/agent-state.ts";
import { inVain } from "./in-vain.ts";

/**
 * When an execution that gets nothing done will have stalled, in epoch milliseconds; undefined where nothing bounds that.
 * Getting something done is an event of its work, or a passing signal of its model or tools, the newest of which came at
 * `heardAt`; a wait for the next try of a model is none of its own.
 */
export function stallsAt({ limits, execution }: AgentState, heardAt: number): number | undefined {
  if (limits.stallMs === undefined || execution === null) return undefined;
  return Math.max(execution.lastStepAt, heardAt, execution.retryNotBefore ?? 0) + limits.stallMs;
}

/** Why an execution has stalled, in words; undefined where it has not. */
export function stallOf(
  state: AgentState,
  { now, heardAt }: { readonly now: number; readonly heardAt: number },
): Failure | undefined {
  const at = stallsAt(state, heardAt);
  if (at === undefined || now < at) return undefined;
  const seconds = (state.limits.stallMs ?? 0) / 1_000;
  const doing = state.record.execution?.doing ?? null;
  const what = doing === null ? "nothing was got done" : `nothing was heard of "${doing}"`;
  return {
    code: "execution.stalled",
    message: `${what} for ${seconds} seconds, so the execution was given up${inVain(state.execution)}`,
  };
}
