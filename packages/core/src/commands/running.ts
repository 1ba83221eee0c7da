import type { Refusal } from "../errors/colony-error.ts";
import type { AgentState } from "../state/agent-state.ts";
import { isEnded } from "../views/status.ts";
import { refuse, type DecisionContext } from "./decision.ts";

/** Why the asking loop may not write to the execution: it does not run, has ended, or another attempt runs it. */
export function running(state: AgentState, context: DecisionContext): Refusal | undefined {
  const { execution, id } = state.record;
  if (execution === null) return refuse("execution.not_running", `agent "${id}" has no running execution`);
  const notOwn = notOwner(state, context);
  if (notOwn !== undefined) return notOwn;
  return execution.status !== "running"
    ? refuse("execution.not_running", `agent "${id}" has no running execution`)
    : undefined;
}

/** Why the asking loop has nothing to say about the newest execution any more, also while that is queued. */
export function notOwner({ record }: AgentState, context: DecisionContext): Refusal | undefined {
  const { attempt, executionId } = context;
  const { execution } = record;
  if (execution === null) return undefined;
  if (isEnded(execution.status))
    return refuse(
      "execution.ended",
      `execution "${execution.id}" is already ${execution.status}; the first end stands`,
    );
  if (executionId !== undefined && executionId !== execution.id)
    return refuse(
      "execution.ended",
      `agent "${record.id}" is at execution "${execution.id}"; "${executionId}" has ended`,
    );
  if (attempt !== undefined && attempt !== execution.attempt)
    return refuse(
      "execution.stale_attempt",
      `execution "${execution.id}" is at attempt ${execution.attempt}; attempt ${attempt} may write no more`,
    );
  return undefined;
}

/** Why the asking loop may begin nothing new: besides the above, a cancel has been asked for. */
export function beginning(state: AgentState, context: DecisionContext): Refusal | undefined {
  const refusal = running(state, context);
  if (refusal !== undefined || (state.execution?.cancel ?? null) === null) return refusal;
  return refuse(
    "execution.cancelling",
    `agent "${state.record.id}" is being cancelled; nothing new is begun, end its execution`,
  );
}
