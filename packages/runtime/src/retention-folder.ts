import { SILENT_LOGGER, colonyId, type Host } from "@colony/core";
import { Ledger } from "@colony/eventbus";
import { createSystemClock } from "./adapters/system-clock.ts";
import { createSystemIds } from "./adapters/system-ids.ts";
import { requireCall, requireFolder } from "./call-options.ts";
import { DEFAULT_RETENTION_MS } from "./listing.ts";
import { pruneHistories, type PruneOptions, type PruneSize } from "./retention-pruning.ts";
import { openColonyReader } from "./reader.ts";
import { openStore } from "./store.ts";

/** How much of a folder was pruned. */
export interface FolderPruneSize extends PruneSize {
  /** Large bodies that stood beside the log, to which nothing refers any more. */
  readonly bodies: number;
  readonly bodiesSizeBytes: number;
}

/**
 * Prunes the colony of a folder, without setting anything in it going; default: what workers that have been closed for 24 h
 * have said and done. Throws `colony.not_found`, and `colony.in_use` where somebody has it open: whoever that is can prune it.
 */
export async function pruneFolder(dir: string, options: PruneOptions = {}): Promise<FolderPruneSize> {
  requireFolder({ dir });
  requireCall("prune", options);
  const { olderThanMs = DEFAULT_RETENTION_MS } = options;
  // An owner would make a colony where there is none.
  await (await openColonyReader({ dir })).close();
  const [clock, ids] = [createSystemClock(), createSystemIds()];
  const host: Host = { id: ids.next("host"), pid: process.pid, startedAt: clock.now() };
  const newColonyId = colonyId(ids.next("colony"));
  const logger = SILENT_LOGGER;
  const durability = "full";
  const store = await openStore({
    dir,
    host,
    newColonyId,
    logger,
    durability,
    takeOver: false,
    store: undefined,
  });
  try {
    const { log, snapshots } = store;
    const ledger = await Ledger.open({ log, snapshots, clock, logger });
    const pruned = await pruneHistories({ ledger, log }, clock.now() - olderThanMs);
    await ledger.close();
    const { bodies, sizeBytes } = store.sweepBodies?.() ?? { bodies: 0, sizeBytes: 0 };
    return { ...pruned, bodies, bodiesSizeBytes: sizeBytes };
  } finally {
    await store.close();
  }
}
