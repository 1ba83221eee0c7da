import type { ExecutionEnd } from "../events/execution.ts";
import type { AgentRecord, ExecutionStatus } from "../state/agent-state.ts";

/** Whether an execution has come to its one end. */
export function isEnded(status: ExecutionStatus): status is ExecutionEnd {
  return status !== "queued" && status !== "running";
}

/** The one word for an agent in lists. */
export type StatusWord = ExecutionStatus | "pending" | "idle" | "closed";

/** The first that is true: a running execution's status; pending; how an ephemeral worker ended; closed or idle. */
export function statusWord({ status, lifetime, execution }: AgentRecord): StatusWord {
  if (execution !== null && !isEnded(execution.status)) return execution.status;
  if (status === "pending") return "pending";
  if (lifetime === "ephemeral" && execution !== null) return execution.status;
  return status === "closed" ? "closed" : "idle";
}
