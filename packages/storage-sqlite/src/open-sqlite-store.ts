import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import {
  ColonyError,
  colonyId,
  SILENT_LOGGER,
  type BlobStore,
  type ColonyId,
  type EventLog,
  type Host,
  type Logger,
  type SnapshotStore,
} from "@colony/core";
import { openForReading, openForWriting, transact, writeFailed } from "./database.ts";
import { createFileBlobStore } from "./file-blob-store.ts";
import {
  folderAt,
  folderInvalid,
  notFound,
  prepareFolder,
  requireColony,
  type ColonyFolder,
} from "./folder.ts";
import { createOwnerLog } from "./owner-log.ts";
import { claimOwnership } from "./ownership.ts";
import { createReaderLog } from "./reader-log.ts";
import { migrate, SCHEMA_VERSION, schemaVersionOf } from "./schema.ts";
import { createSqliteSnapshotStore } from "./sqlite-snapshot-store.ts";

/** How a colony folder is opened. */
export interface SqliteStoreOptions {
  /** The colony folder. An owner makes it where it is not there. */
  readonly dir: string;
  /** `owner`: writes, and is the only one who does. `reader`: looks on, beside an owner or without one. */
  readonly access: "owner" | "reader";
  /** Who opens it, for those who find the folder in use. */
  readonly host?: Host;
  /** `normal` is faster and may lose the last commits when the power fails, not when the process dies. Default `full`. */
  readonly synchronous?: "full" | "normal";
  /** The id of a new colony, or the one that is expected. Default: a new one, or whichever lies there. */
  readonly colonyId?: ColonyId;
  /** Take the folder from its owner whether that lives or not. For owners on machines that are gone. */
  readonly takeover?: boolean;
  /** Told when a reader cannot follow for a moment. */
  readonly logger?: Logger;
}

/** A colony folder that is open. */
export interface SqliteStore extends AsyncDisposable {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  /** Lets accepted appends finish and gives the folder free. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a colony folder. Rejects with `colony.folder_invalid`, `colony.not_found` (readers), `colony.in_use`,
 * `log.write_failed` (owners) and `log.newer_schema`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const folder = folderAt(options.dir);
  return options.access === "owner" ? openAsOwner(folder, options) : openAsReader(folder, options);
}

function openAsOwner(folder: ColonyFolder, options: SqliteStoreOptions): SqliteStore {
  prepareFolder(folder);
  const db = openForWriting(folder, options.synchronous ?? "full");
  let release = (): void => undefined;
  try {
    schemaVersionOf(db, folder.database);
    const ownership = claimOwnership(db, folder, {
      hostId: options.host?.id ?? randomUUID(),
      takeover: options.takeover ?? false,
    });
    release = () => ownership.release();
    migrate(db, folder.database);
    const id = identify(db, folder, options.colonyId);
    const write = (body: () => void): void =>
      transact(db, folder, () => {
        if (!ownership.holds()) throw takenOver(folder);
        body();
      });
    const blobs = createFileBlobStore(folder.blobs);
    blobs.sweep();
    const log = createOwnerLog({ db, colonyId: id, blobs, write });
    return storeOf(db, { log, snapshots: createSqliteSnapshotStore(db, write), blobs, release });
  } catch (error) {
    try {
      release();
    } finally {
      db.close();
    }
    throw error instanceof ColonyError ? error : writeFailed(folder, error);
  }
}

function openAsReader(folder: ColonyFolder, options: SqliteStoreOptions): SqliteStore {
  requireColony(folder);
  const db = openForReading(folder);
  try {
    const version = schemaVersionOf(db, folder.database);
    if (version === 0) throw notFound(folder);
    if (version < SCHEMA_VERSION)
      throw folderInvalid(
        folder,
        `it has the old schema version ${version}, which its next owner will bring up to date`,
      );
    const id = storedId(db, folder, options.colonyId);
    if (id === undefined) throw notFound(folder);
    const files = createFileBlobStore(folder.blobs);
    const blobs: BlobStore = { get: (sha256) => files.get(sha256), put: async () => refuseWrite() };
    const log = createReaderLog({ db, colonyId: id, blobs: files }, options.logger ?? SILENT_LOGGER);
    return storeOf(db, { log, snapshots: createSqliteSnapshotStore(db, refuseWrite), blobs });
  } catch (error) {
    db.close();
    throw error;
  }
}

function storeOf(
  db: DatabaseSync,
  parts: Pick<SqliteStore, "log" | "snapshots" | "blobs"> & { readonly release?: () => void },
): SqliteStore {
  const { log, snapshots, blobs, release } = parts;
  const close = async (): Promise<void> => {
    await log.close();
    if (!db.isOpen) return;
    try {
      release?.();
    } finally {
      db.close();
    }
  };
  return { log, snapshots, blobs, close, [Symbol.asyncDispose]: close };
}

/** The colony that lies in the folder; a new one gets its id here. */
function identify(db: DatabaseSync, folder: ColonyFolder, expected: ColonyId | undefined): ColonyId {
  const stored = storedId(db, folder, expected);
  if (stored !== undefined) return stored;
  const fresh = expected ?? colonyId(`colony-${randomUUID()}`);
  db.prepare("INSERT INTO meta VALUES ('colony_id', ?)").run(fresh);
  return fresh;
}

function storedId(
  db: DatabaseSync,
  folder: ColonyFolder,
  expected: ColonyId | undefined,
): ColonyId | undefined {
  const stored = db.prepare("SELECT value FROM meta WHERE key = 'colony_id'").get()?.["value"];
  if (typeof stored !== "string") return undefined;
  if (expected !== undefined && expected !== stored)
    throw folderInvalid(folder, `it holds the colony "${stored}", not "${expected}"`);
  return colonyId(stored);
}

function takenOver(folder: ColonyFolder): ColonyError {
  return new ColonyError(
    "log.write_failed",
    `${folder.dir} has been taken over by another process; nothing was stored, close this colony`,
    { details: { dir: folder.dir } },
  );
}

function refuseWrite(): never {
  throw new ColonyError(
    "usage.invalid",
    'this colony was opened with access "reader" and takes no writes; open it with access "owner" to write',
  );
}
