import type { ExecutionEnd } from "../events/execution.ts";
import type { AgentRecord, ExecutionStatus } from "../state/agent-state.ts";

/** Whether an execution has come to its one end. */
export function isEnded(status: ExecutionStatus): status is ExecutionEnd {
  return status !== "queued" && status !== "running" && status !== "input_required";
}

/** The one word for an agent in lists. */
export type StatusWord = ExecutionStatus | "pending" | "idle" | "closed" | "removed";

/**
 * The first that is true: removed; a running execution's status; queued, where a persistent agent is about to begin with what
 * waits for it; pending; how an ephemeral worker ended; closed or idle.
 */
export function statusWord(record: AgentRecord): StatusWord {
  const { status, lifetime, execution, removed, pendingInputs } = record;
  if (removed === true) return "removed";
  if (execution !== null && !isEnded(execution.status)) return execution.status;
  if (lifetime === "persistent" && status !== "closed" && pendingInputs > 0) return "queued";
  if (status === "pending") return "pending";
  if (lifetime === "ephemeral" && execution !== null) return execution.status;
  return status === "closed" ? "closed" : "idle";
}
