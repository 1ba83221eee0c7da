import { MAX_CRASHES } from "../policies/limits.ts";
import type { AgentState } from "../state/agent-state.ts";
import { openCalls } from "./open-calls.ts";

/**
 * Whether one more death of a host could end the agent's execution as unrecoverable. A death is charged to all the work
 * that was under way, as nobody can tell which of it was to blame; so suspects are tried one at a time, and the innocent
 * get through. For an execution that no host of this moment has taken up.
 */
export function isSuspect(state: AgentState): boolean {
  return crashesOf(state) >= MAX_CRASHES - 1;
}

/** Whether hosts have died so often in the middle of it that it is tried with nothing else at work: then it shows. */
export function needsQuiet(state: AgentState): boolean {
  return crashesOf(state) >= MAX_CRASHES;
}

/** What a host that died left under way: a model call, or calls of tools. */
export function underWay(state: AgentState): "model" | "tools" | undefined {
  const { execution, record } = state;
  if (execution === null || record.execution?.status !== "running" || execution.paused) return undefined;
  if (execution.modelCall !== null) return "model";
  return openCalls(state).length > 0 ? "tools" : undefined;
}

/** Deaths in the middle of what it does now, the one included that is charged when it is taken up. */
function crashesOf(state: AgentState): number {
  const { execution, record } = state;
  if (execution === null || record.execution?.status !== "running") return 0;
  const { model, tools } = execution.crashes;
  if (model + tools === 0 && execution.modelCall === null) return 0;
  const now = underWay(state);
  return Math.max(model + (now === "model" ? 1 : 0), tools + (now === "tools" ? 1 : 0));
}
