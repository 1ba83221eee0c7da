import { MAX_CRASHES, MAX_CRASHES_IN_COMPANY } from "../policies/limits.ts";
import type { AgentState } from "../state/agent-state.ts";
import { openCalls } from "./open-calls.ts";

/** From so many suspects on they are tried by parties. */
const CROWD = 16;

/**
 * Deaths of hosts in the middle of what the agent's execution does now, the one included that is charged when it is taken up. For
 * an execution that no host of this moment has taken up.
 */
export function deathsOf(state: AgentState): number {
  const { execution, record } = state;
  if (execution === null || record.execution?.status !== "running") return 0;
  const { model, tools } = execution.crashes;
  if (model + tools === 0 && execution.modelCall === null) return 0;
  const now = underWay(state);
  return Math.max(model + (now === "model" ? 1 : 0), tools + (now === "tools" ? 1 : 0));
}

/**
 * Whether one more death of a host could end the agent's execution as unrecoverable. A death is charged to all the work
 * that was under way, as nobody can tell which of it was to blame; so only few suspects are at work at once, and the innocent
 * get through. As `deathsOf`.
 */
export function isSuspect(state: AgentState): boolean {
  return deathsOf(state) >= MAX_CRASHES - 1;
}

/** Whether hosts have died so often in the middle of it that it may be tried with nothing else at work: then it shows. */
export function needsQuiet(state: AgentState): boolean {
  return deathsOf(state) >= MAX_CRASHES;
}

/**
 * How many of so many suspects, in the middle of whose work hosts have died as often, may be at work at once. Few are tried one
 * at a time. Where it is a crowd, hosts were most likely ended from outside, and one at a time might take for ever: it goes by as
 * many parties as its cube root, and a poison in it is still alone among suspects before one more death would end the innocent
 * beside it.
 */
export function partyOf(deaths: number, suspects: number): number {
  const isCrowd = suspects >= CROWD && deaths < MAX_CRASHES_IN_COMPANY - 1;
  return isCrowd ? Math.floor(Math.cbrt(suspects) ** 2) : 1;
}

/** What a host that died left under way: a model call, or calls of tools. */
export function underWay(state: AgentState): "model" | "tools" | undefined {
  const { execution, record } = state;
  if (execution === null || record.execution?.status !== "running" || execution.paused) return undefined;
  if (execution.modelCall !== null) return "model";
  return openCalls(state).length > 0 ? "tools" : undefined;
}
