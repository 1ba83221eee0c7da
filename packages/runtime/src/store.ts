import type { BlobStore, ColonyId, DraftStore, EventLog, Host, Logger, SnapshotStore } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog } from "@colony/eventbus";
import { openSqliteStore, type Letterbox, type SweptBodies } from "@colony/storage-sqlite";
import { MEMORY } from "./memory.ts";
import type { ColonyStore } from "./options.ts";

/** Where a colony is kept. */
export interface Store {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  /** Absent: what a model call under way has said is lost with the process. */
  readonly drafts?: DraftStore | undefined;
  /** What other processes have left for this one; absent where none can. */
  readonly letters?: Letterbox;
  /** Removes bodies that nothing refers to any more; only while nobody is at work. */
  readonly sweepBodies?: () => SweptBodies;
  close(): Promise<void>;
}

/** A colony that ends with its process is never opened again: what it was at some time is of no use to anybody. */
const NO_SNAPSHOTS: SnapshotStore = {
  save: async () => undefined,
  completeTo: async () => 0,
  list: async () => [],
  visit: async () => undefined,
  get: async () => undefined,
  clear: async () => undefined,
};

/** Throws `colony.not_found` where there is no colony in a folder: who opens it as its owner would make one. */
export async function requireColony(dir: string): Promise<void> {
  const store = await openSqliteStore({ dir, access: "reader", onDamage: () => undefined });
  await store.close();
}

/** Opens the folder as its owner, or makes a store in memory, or takes the one that is given. */
export async function openStore(options: {
  readonly dir: string;
  readonly host: Host;
  readonly newColonyId: ColonyId;
  readonly durability: "full" | "normal";
  readonly takeOver: boolean;
  readonly logger: Logger;
  readonly store: ColonyStore | undefined;
}): Promise<Store> {
  if (options.store !== undefined) return { ...options.store, close: async () => undefined };
  if (options.dir !== MEMORY)
    return await openSqliteStore({
      dir: options.dir,
      access: "owner",
      host: options.host,
      synchronous: options.durability,
      takeover: options.takeOver,
      logger: options.logger,
    });
  const log = createMemoryLog({ colonyId: options.newColonyId });
  return {
    log,
    snapshots: NO_SNAPSHOTS,
    blobs: createMemoryBlobStore(),
    close: () => log.close(),
  };
}
