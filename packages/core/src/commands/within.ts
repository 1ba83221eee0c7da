import type { CorrelationId, ExecutionId } from "../ids.ts";
import type { AgentState } from "../state/agent-state.ts";

/** The ids that an event of the newest execution carries. */
export function within(state: AgentState): {
  readonly executionId?: ExecutionId;
  readonly correlationId?: CorrelationId;
} {
  const { execution } = state.record;
  if (execution === null) return {};
  return execution.correlationId === null
    ? { executionId: execution.id }
    : { executionId: execution.id, correlationId: execution.correlationId };
}
