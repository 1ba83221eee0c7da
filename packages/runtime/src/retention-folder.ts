import { createSystemClock } from "./adapters/system-clock.ts";
import { requireCall, requireFolder } from "./call-options.ts";
import { asOwnerOf, withLedger } from "./folder-owner.ts";
import { DEFAULT_RETENTION_MS } from "./listing.ts";
import { pruneHistories, type PruneOptions, type PruneSize } from "./retention-pruning.ts";

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
  return await asOwnerOf(dir, async (store) => {
    const { log } = store;
    const pruned = await withLedger(store, (ledger) =>
      pruneHistories({ ledger, log }, createSystemClock().now() - olderThanMs),
    );
    const { bodies, sizeBytes } = store.sweepBodies?.() ?? { bodies: 0, sizeBytes: 0 };
    return { ...pruned, bodies, bodiesSizeBytes: sizeBytes };
  });
}
