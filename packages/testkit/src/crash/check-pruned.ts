import type { ColonyEvent } from "@colony/core";

/** Agents of which events may be missing, each up to a version of its stream. */
export function prunedUpTo(events: readonly ColonyEvent[]): ReadonlyMap<string, number> {
  const upTo = new Map<string, number>();
  for (const event of events)
    if (event.type === "HISTORY_PRUNED")
      for (const { agentId, version } of event.data.agents) upTo.set(agentId, version);
  return upTo;
}

/** Only who has ended is pruned, once; nothing goes on of it but what people do to its record; and all that is to stay stays. */
export function prunings(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const closed = new Map<string, number>();
  const pruned = new Set<string>();
  for (const event of events) {
    const { type, agentId, version } = event;
    if (type === "AGENT_CLOSED") closed.set(agentId, version);
    if (type === "AGENT_REOPENED") {
      closed.delete(agentId);
      if (pruned.has(agentId)) problems.push(`${event.id} opens an agent again that has been pruned`);
    }
    if (type === "EXECUTION_QUEUED" && pruned.has(agentId))
      problems.push(`${event.id} sets an agent going that has been pruned`);
    if (event.type !== "HISTORY_PRUNED") continue;
    for (const { agentId: id } of event.data.agents) {
      if (!closed.has(id)) problems.push(`${event.id} prunes ${id}, which is not closed`);
      if (pruned.has(id)) problems.push(`${event.id} prunes ${id} a second time`);
      pruned.add(id);
      for (const needed of ["AGENT_SPAWNED", "AGENT_CLOSED"] as const)
        if (!events.some((other) => other.agentId === id && other.type === needed))
          problems.push(`${needed} of ${id} is gone with what was pruned`);
    }
  }
  return problems;
}
