import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import {
  ColonyError,
  colonyId,
  SILENT_LOGGER,
  type BlobStore,
  type ColonyId,
  type DraftStore,
  type EventLog,
  type Host,
  type Logger,
  type SnapshotStore,
} from "@colony/core";
import {
  atLength,
  giveUpEarly,
  notReadable,
  openForReading,
  openForWriting,
  writeFailed,
} from "./database.ts";
import { requireSoundCopy } from "./copied-folder.ts";
import { sweepBodies, type SweptBodies } from "./body-sweep.ts";
import { createFileBlobStore } from "./file-blob-store.ts";
import {
  folderAt,
  folderInvalid,
  notFound,
  prepareBodies,
  prepareFolder,
  requireColony,
  type ColonyFolder,
} from "./folder.ts";
import { createFooting } from "./footing.ts";
import { missingDatabase, missingEvents, openHeadWitness } from "./head-witness.ts";
import { createLetterbox, type Letterbox } from "./letterbox.ts";
import { onlyRead } from "./only-read.ts";
import { createOwnerLog } from "./owner-log.ts";
import { claimOwnership } from "./ownership.ts";
import { createReaderLog } from "./reader-log.ts";
import { migrate, schemaVersionOf } from "./schema.ts";
import { openShared, requireOwnersFiles } from "./shared-files.ts";
import { createSqliteDraftStore } from "./sqlite-draft-store.ts";
import { createSqliteSnapshotStore } from "./sqlite-snapshot-store.ts";
import { createTransactions } from "./transactions.ts";
import { createWalCopying, type WalCopying } from "./wal-copying.ts";

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
  /**
   * Readers: told of each event that cannot be read, which is then passed over, and of newest events that are missing.
   * Default: reading what is damaged throws `log.corrupt`.
   */
  readonly onDamage?: (damage: ColonyError) => void;
}

/** A colony folder that is open. */
export interface SqliteStore extends AsyncDisposable {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  readonly drafts: DraftStore;
  /** What other processes have left for the owner; readers have none. */
  readonly letters?: Letterbox;
  /** Removes bodies that nothing refers to any more; only while nobody is at work. Readers have none. */
  readonly sweepBodies?: () => SweptBodies;
  /** Lets accepted appends finish and gives the folder free. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a colony folder. Rejects with `colony.folder_invalid`, `colony.not_found` (readers), `colony.in_use`,
 * `log.write_failed` (owners), `log.gone` (beside a living owner), `log.incomplete`, `log.corrupt` and `log.newer_schema`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const folder = folderAt(options.dir);
  return openShared(folder, () =>
    options.access === "owner" ? openAsOwner(folder, options) : openAsReader(folder, options),
  );
}

function openAsOwner(folder: ColonyFolder, options: SqliteStoreOptions): SqliteStore {
  requireDatabase(folder);
  prepareFolder(folder);
  const db = openForWriting(folder, options.synchronous ?? "full");
  let end = (): void => db.close();
  try {
    // Whoever takes the folder from its owner shares nothing with it.
    if (options.takeover !== true) requireOwnersFiles(folder);
    schemaVersionOf(db, folder.database);
    const missing = missingEvents(db, folder);
    if (missing !== undefined) throw missing;
    requireSoundCopy(db, folder);
    prepareBodies(folder);
    const ownership = claimOwnership(db, folder, {
      hostId: options.host?.id ?? randomUUID(),
      takeover: options.takeover ?? false,
      settle() {
        migrate(db, folder.database);
        return identify(db, folder, options.colonyId);
      },
    });
    end = () => {
      ownership.release();
      db.close();
    };
    const id = ownership.settled;
    const footing = createFooting(db, folder);
    const transactions = createTransactions(db, folder, {
      before: () => footing.require(),
      within() {
        if (!ownership.holds()) throw takenOver(folder);
      },
    });
    const close = (): void => {
      transactions.close();
      footing.close(ownership);
    };
    end = close;
    const walCopying = createWalCopying(db, folder);
    const write = (body: () => void): void => {
      transactions.run(body);
      walCopying.consider();
    };
    const blobs = createFileBlobStore(folder.blobs);
    blobs.sweep();
    const log = createOwnerLog({
      db,
      colonyId: id,
      blobs,
      write,
    });
    if (options.synchronous !== "normal") {
      const witness = openHeadWitness(folder, log.head());
      log.onAppended((events) => witness.note(events.at(-1)?.seq ?? 0));
      end = () => {
        witness.close();
        close();
      };
    }
    giveUpEarly(db);
    const writeAtLength = (body: () => void): void => atLength(db, () => write(body));
    const snapshots = createSqliteSnapshotStore(db, writeAtLength);
    const drafts = createSqliteDraftStore(db, writeAtLength);
    const letters = createLetterbox(db, {
      write,
      stand: () => footing.require(),
      holds: () => ownership.holds(),
      logger: options.logger ?? SILENT_LOGGER,
    });
    const sweep = (): SweptBodies => sweepBodies({ db, dir: folder.blobs, blobs });
    return {
      letters,
      sweepBodies: sweep,
      ...storeOf(db, { log, snapshots, blobs, drafts, end, walCopying }),
    };
  } catch (error) {
    end();
    throw error instanceof ColonyError ? error : writeFailed(folder, error);
  }
}

function openAsReader(folder: ColonyFolder, options: SqliteStoreOptions): SqliteStore {
  requireDatabase(folder);
  requireColony(folder);
  const db = openForReading(folder);
  try {
    requireOwnersFiles(folder);
    const version = schemaVersionOf(db, folder.database);
    // What later versions brought is read by owners only, so that a folder can be looked at before its next owner comes.
    const missing = missingEvents(db, folder);
    if (version === 0) throw missing ?? notFound(folder);
    const id = storedId(db, folder, options.colonyId);
    if (id === undefined) throw notFound(folder);
    const files = createFileBlobStore(folder.blobs);
    const blobs: BlobStore = { get: (sha256) => files.get(sha256), put: async () => refuseWrite() };
    const { logger = SILENT_LOGGER, onDamage } = options;
    if (missing !== undefined) onDamage?.(missing);
    const log = createReaderLog({ db, colonyId: id, blobs: files }, logger, onDamage);
    const snapshots = createSqliteSnapshotStore(db, refuseWrite);
    return storeOf(db, { log, snapshots, blobs, drafts: createSqliteDraftStore(db, refuseWrite) });
  } catch (error) {
    db.close();
    throw error instanceof ColonyError ? error : notReadable(error);
  }
}

/** An owner makes a database where there is none, so it is looked for before. */
function requireDatabase(folder: ColonyFolder): void {
  const missing = missingDatabase(folder);
  if (missing !== undefined) throw missing;
}

function storeOf(
  db: DatabaseSync,
  parts: Pick<SqliteStore, "log" | "snapshots" | "blobs" | "drafts"> & {
    /** Gives the folder free and closes the database. */
    readonly end?: () => void;
    readonly walCopying?: WalCopying;
  },
): SqliteStore {
  const { log, snapshots, blobs, drafts, end = () => db.close(), walCopying } = parts;
  const close = async (): Promise<void> => {
    await log.close();
    await walCopying?.close();
    if (db.isOpen) end();
  };
  return { log, snapshots, blobs, drafts, close, [Symbol.asyncDispose]: close };
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
  if (typeof stored !== "string") {
    if (db.prepare("SELECT 1 FROM events LIMIT 1").get() === undefined) return undefined;
    throw notReadable(new Error("it has events and no id"));
  }
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
  throw onlyRead();
}
