import type { Refusal } from "../errors/colony-error.ts";
import type { AgentState } from "../state/agent-state.ts";
import { isEnded } from "../views/status.ts";
import { refuse, type DecisionContext } from "./decision.ts";

/** Why the asking loop may not write to the execution: it does not run, has ended, or another attempt runs it. */
export function running({ record }: AgentState, { attempt }: DecisionContext): Refusal | undefined {
  const { execution } = record;
  if (execution === null || execution.status === "queued")
    return refuse("execution.not_running", `agent "${record.id}" has no running execution`);
  if (isEnded(execution.status))
    return refuse("execution.ended", `execution "${execution.id}" is already ${execution.status}; the first end stands`);
  if (attempt !== undefined && attempt !== execution.attempt)
    return refuse(
      "execution.stale_attempt",
      `execution "${execution.id}" is at attempt ${execution.attempt}; attempt ${attempt} may write no more`,
    );
  return undefined;
}
