import type { ColonyEvent } from "@colony/core";

/** Each agent is spawned once, and a worker that was given a task is set going, unless it was closed before. */
export function checkSpawns(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const spawned = new Set<string>();
  const tasked = new Set<string>();
  for (const { agentId, type, data } of events) {
    if (type === "EXECUTION_QUEUED" || type === "AGENT_CLOSED") tasked.delete(agentId);
    if (type !== "AGENT_SPAWNED") continue;
    if (spawned.has(agentId)) problems.push(`agent ${agentId} was spawned a second time`);
    else if (data.kind === "worker" && data.task !== null) tasked.add(agentId);
    spawned.add(agentId);
  }
  return [
    ...problems,
    ...[...tasked].map((agentId) => `worker ${agentId} has a task and was never set going`),
  ];
}
