import type { AgentState } from "../state/agent-state.ts";

/** How long the newest execution has been at work, without the time in which no host lived or could work. Milliseconds. */
export function activeMs({ execution, record }: AgentState, now: number): number {
  if (execution === null || execution.attemptStartedAt === null) return 0;
  // Nobody is at work on one that waits for others.
  const until = record.execution?.status === "input_required" ? execution.lastStepAt : now;
  return execution.earlierMs + Math.max(0, until - execution.attemptStartedAt);
}
