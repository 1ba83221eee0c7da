import {
  PRUNED_TYPES,
  type EventLog,
  type EventPruning,
  type PrunedAgent,
  type PrunedSize,
  type Pruning,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { pruningOf } from "./prunable-log.ts";
import { dueForPruning } from "./retention-due.ts";

/** How much is pruned, or would be. */
export interface PruneSize extends PrunedSize {
  /** Workers whose conversation and work are not kept any longer. */
  readonly agents: number;
}

/** What is pruned. */
export interface PruneOptions {
  /** Workers that have been closed for longer than this; default `retention.keepMs`. Milliseconds. */
  readonly olderThanMs?: number;
}

/** What pruning works with. */
export interface PruningDeps {
  readonly ledger: Pick<Ledger, "index" | "peek" | "pruning" | "colony">;
  readonly log: Pick<EventLog, "pruning">;
}

/** Agents that one event names. */
const RECORDED_TOGETHER = 500;
/** Agents whose events are removed in one commit, so that others are not held up for long. */
const REMOVED_TOGETHER = 20;

/** What `prune` would remove now. Throws `settings.invalid` where the store keeps everything for ever. */
export async function weighHistories(deps: PruningDeps, closedBefore: number): Promise<PruneSize> {
  const pruning = pruningOf(deps);
  const due = dueIn(deps, closedBefore);
  let size = NOTHING;
  for (const some of chunks(due, REMOVED_TOGETHER)) size = sum(size, await pruning.weigh(orderOf(some)));
  return { agents: due.length, ...size };
}

/**
 * Prunes the histories of all that were closed before. First that is recorded, with what budgets have come to, then it is
 * done; whoever comes after a host that was killed in between goes on with it (`finishPruning`). `mayGoOn` is asked before each
 * step. Throws `settings.invalid`, `log.write_failed`.
 */
export async function pruneHistories(
  deps: PruningDeps,
  closedBefore: number,
  mayGoOn: () => boolean = () => true,
): Promise<PruneSize> {
  const pruning = pruningOf(deps);
  await finishPruning(deps, mayGoOn);
  let pruned: PruneSize = { agents: 0, ...NOTHING };
  for (const some of chunks(dueIn(deps, closedBefore), RECORDED_TOGETHER)) {
    if (!mayGoOn()) break;
    let size = NOTHING;
    for (const few of chunks(some, REMOVED_TOGETHER)) size = sum(size, await pruning.weigh(orderOf(few)));
    // Who has gone on meanwhile is left for another time.
    const same = some.filter(({ agentId, version }) => deps.ledger.index.get(agentId)?.version === version);
    const recorded = await deps.ledger.pruning.record(same, { closedBefore, ...size });
    const gone = prunedIn(deps, recorded);
    pruned = { agents: pruned.agents + gone.length, ...sum(pruned, await removeAll(pruning, gone, mayGoOn)) };
  }
  return pruned;
}

/** Removes what is recorded to be pruned and may still be there: only the last of it, since each is finished before the next. */
export async function finishPruning(deps: PruningDeps, mayGoOn: () => boolean = () => true): Promise<void> {
  const { ledger, log } = deps;
  if (log.pruning !== undefined)
    await removeAll(log.pruning, prunedIn(deps, ledger.colony.pruned ?? []), mayGoOn);
}

/** Those whose histories are not kept any longer indeed, as the log has it. */
function prunedIn({ ledger }: PruningDeps, agents: readonly PrunedAgent[]): readonly PrunedAgent[] {
  return agents.filter(({ agentId }) => ledger.index.get(agentId)?.prunedAt !== undefined);
}

async function removeAll(
  pruning: EventPruning,
  agents: readonly PrunedAgent[],
  mayGoOn: () => boolean,
): Promise<PrunedSize> {
  let size = NOTHING;
  for (const few of chunks(agents, REMOVED_TOGETHER)) {
    if (!mayGoOn()) break;
    size = sum(size, await pruning.remove(orderOf(few)));
  }
  return size;
}

const NOTHING: PrunedSize = { events: 0, sizeBytes: 0 };

function sum(a: PrunedSize, b: PrunedSize): PrunedSize {
  return { events: a.events + b.events, sizeBytes: a.sizeBytes + b.sizeBytes };
}

function dueIn({ ledger }: PruningDeps, closedBefore: number): readonly PrunedAgent[] {
  return dueForPruning({ index: ledger.index, stateOf: (id) => ledger.peek(id) }, closedBefore);
}

function orderOf(agents: readonly PrunedAgent[]): Pruning {
  return {
    streams: agents.map(({ agentId, version }) => ({ agentId, upTo: version })),
    types: PRUNED_TYPES,
  };
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
