import { MAX_CRASHES } from "../policies/limits.ts";
import type { AgentState } from "../state/agent-state.ts";

/**
 * Whether one more death of a host would end the agent's execution as unrecoverable. A death is charged to all the work
 * that was under way, as nobody can tell which of it was to blame; so suspects are tried one at a time, and the innocent
 * get through. For an execution that no host of this moment has taken up.
 */
export function isSuspect({ record, execution, conversation }: AgentState): boolean {
  if (execution === null || record.execution?.status !== "running") return false;
  const { crashes, modelCall, paused, startsAt } = execution;
  const inTool = (): boolean =>
    conversation
      .slice(startsAt)
      .some((entry) => entry.role === "assistant" && entry.calls.some(({ status }) => status !== "done"));
  const model = crashes.model + (!paused && modelCall !== null ? 1 : 0);
  const tools = crashes.tools + (!paused && crashes.tools > 0 && inTool() ? 1 : 0);
  return Math.max(model, tools) >= MAX_CRASHES - 1;
}
