import type { AgentState } from "../state/agent-state.ts";

/** How long the newest execution has been at work, without the time in which no host lived or could work. Milliseconds. */
export function activeMs({ execution }: AgentState, now: number): number {
  if (execution === null || execution.attemptStartedAt === null) return 0;
  return execution.earlierMs + Math.max(0, now - execution.attemptStartedAt);
}
