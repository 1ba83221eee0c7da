import type { AgentId, AgentIndex, AgentRecord, AgentState, PrunedAgent } from "@colony/core";

/** Where it is looked up what may be pruned. */
interface Knowledge {
  readonly index: AgentIndex;
  /** The state of an agent that is open. */
  readonly stateOf: (id: AgentId) => AgentState | undefined;
}

/**
 * The workers whose conversation and work need not be kept any longer, oldest first: those that were closed before, strictly,
 * that nobody is waiting for and that nobody can go on with.
 */
export function dueForPruning({ index, stateOf }: Knowledge, closedBefore: number): readonly PrunedAgent[] {
  const above = aboveOpen(index);
  const due: PrunedAgent[] = [];
  let waitedFor: ReadonlySet<string> | undefined;
  for (const record of index.everybody()) {
    if (!isOver(record, closedBefore) || above.has(record.id)) continue;
    waitedFor ??= sendersOfUnread(index, stateOf);
    if (waitedFor.has(record.id)) continue;
    const { id, version, seeded } = record;
    due.push({ agentId: id, version, ...(seeded ? { seeded } : {}) });
  }
  return due;
}

/** What waits for a worker that may be opened again is kept for it. What an ephemeral one was sent after its end nobody reads. */
function isOver(record: AgentRecord, closedBefore: number): boolean {
  const { kind, status, closedAt, prunedAt, processes, notices, lifetime, pendingInputs } = record;
  if (kind !== "worker" || status !== "closed" || prunedAt !== undefined) return false;
  if (closedAt === null || closedAt >= closedBefore) return false;
  if (processes > 0 || notices !== undefined) return false;
  return lifetime === "ephemeral" || pendingInputs === 0;
}

/** Agents with anybody below them that is open. */
function aboveOpen(index: AgentIndex): ReadonlySet<AgentId> {
  const above = new Set<AgentId>();
  for (const id of index.open())
    for (let parent = index.get(id)?.parentId ?? null; parent !== null && !above.has(parent);) {
      above.add(parent);
      parent = index.get(parent)?.parentId ?? null;
    }
  return above;
}

/** Whose reports and questions an open agent has in its inbox and has not been given. */
function sendersOfUnread(index: AgentIndex, stateOf: Knowledge["stateOf"]): ReadonlySet<string> {
  const senders = new Set<string>();
  for (const id of index.open())
    if ((index.get(id)?.pendingInputs ?? 0) > 0)
      for (const { from } of stateOf(id)?.inbox ?? []) senders.add(from);
  return senders;
}
