import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { ColonyError, colonyId, SILENT_LOGGER, type ColonyEvent, type LogRead } from "@colony/core";
import { notReadable, openForWriting, patiently } from "./database.ts";
import { createEventReader } from "./event-reader.ts";
import { createFileBlobStore } from "./file-blob-store.ts";
import { folderAt, notFound, requireColony, type ColonyFolder } from "./folder.ts";
import { LETTER_KEYS, LETTER_TABLE, lettersWithKey, type Letter } from "./letterbox.ts";
import { logClosed } from "./log-closed.ts";
import { createNames } from "./names.ts";
import type { SqliteStore } from "./open-sqlite-store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { ownerOf } from "./ownership.ts";
import { isElsewhere } from "./process-identity.ts";
import { schemaVersionOf } from "./schema.ts";
import { removalOf, requireOwnersFiles, sharedFilesOf } from "./shared-files.ts";
import { createTransactions } from "./transactions.ts";

/** A letter that is to be left. */
interface NewLetter {
  readonly id: string;
  readonly body: string;
}

/** The folder as it is now. */
export interface FolderNow {
  /** Letters that nobody has taken yet and whose body has that `idempotencyKey`, oldest first. */
  withKey(key: string): readonly Letter[];
  /** One page of the log, as `EventLog.read`. */
  read(read: LogRead): readonly ColonyEvent[];
}

/** A colony folder beside its owner: read as by a reader, and letters may be left in it. */
export interface SqliteSender extends AsyncDisposable {
  readonly store: SqliteStore;
  /**
   * Leaves a letter; durable when it resolves. Letters are left one by one, in the order of the calls. What one is to be is
   * decided while nobody else writes; undefined leaves none, and what is thrown there is thrown here. `compose` is called
   * more than once, the first time before the folder is locked: what it has read by then it need not read again.
   * Rejects with `log.write_failed`, `log.gone` where files were removed under it, and `colony.in_use` where the owner lives on
   * another machine.
   */
  post(compose: (now: FolderNow) => NewLetter | undefined): Promise<void>;
  /** Whether nobody has taken that letter yet. */
  waits(id: string): boolean;
  close(): Promise<void>;
}

/** A busy owner leaves the lock for moments only, and not to whoever has waited longest. Milliseconds. */
const PATIENCE_MS = 10_000;

/** How much of it is waited at a time, with nothing else going on in this process. Milliseconds. */
const BLOCKING_MS = 50;

/** After each letter, so that whoever sends in a loop leaves the lock to others most of the time. Milliseconds. */
const REST_MS = 5;
const LONGEST_REST_MS = 100;

/** Opens a colony folder to leave letters in it. Rejects with `colony.not_found` and `colony.folder_invalid`. */
export async function openSqliteSender({ dir }: { readonly dir: string }): Promise<SqliteSender> {
  const folder = folderAt(dir);
  requireColony(folder);
  const store = await openSqliteStore({ dir, access: "reader", logger: SILENT_LOGGER });
  let db: DatabaseSync | undefined;
  try {
    db = openForWriting(folder, "full");
    // The owner copies pages back when it suits it.
    db.exec(`PRAGMA busy_timeout = ${BLOCKING_MS}; PRAGMA wal_autocheckpoint = 0`);
    if (schemaVersionOf(db, folder.database) === 0) throw notFound(folder);
    return senderOn(db, folder, store);
  } catch (error) {
    db?.close();
    await store.close();
    throw error;
  }
}

function senderOn(db: DatabaseSync, folder: ColonyFolder, store: SqliteStore): SqliteSender {
  const blobs = createFileBlobStore(folder.blobs);
  const id = colonyId(store.log.colonyId);
  const reader = createEventReader(db, { colonyId: id, blobs, names: createNames(db) });
  const hasLetters = (): boolean =>
    db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'letters'").get() !== undefined;
  const now: FolderNow = {
    withKey(key) {
      try {
        return hasLetters() ? lettersWithKey(db, key) : [];
      } catch (cause) {
        throw notReadable(cause);
      }
    },
    read: (read) => reader.page(read),
  };
  const files = sharedFilesOf(folder) ?? "";
  const requireOwnFiles = (outcome: string): void => {
    if (sharedFilesOf(folder) === files) return;
    throw new ColonyError(
      "log.gone",
      `${removalOf(folder, files)} while this sender had it open; ${outcome}. Close this sender, open another one and send it again`,
      { details: { dir: folder.dir } },
    );
  };
  let lockedAt = 0;
  const transactions = createTransactions(db, folder, {
    within() {
      lockedAt = performance.now();
      requireOwnFiles("nothing was stored");
      requireOwnersFiles(folder);
      refuseElsewhere(db, folder);
    },
  });
  const leave = (compose: (now: FolderNow) => NewLetter | undefined): void => {
    if (!db.isOpen) throw logClosed();
    compose(now);
    transactions.run(() => {
      db.exec(`${LETTER_TABLE}; ${LETTER_KEYS}`);
      const letter = compose(now);
      if (letter === undefined) return;
      const insert = db.prepare("INSERT INTO letters (id, at, body) VALUES (?, ?, ?)");
      insert.run(letter.id, Date.now(), letter.body);
    });
    // Whoever opened the folder before the commit, and after the removal, writes to the same place.
    requireOwnFiles("whether what was sent is stored cannot be told");
  };
  /** Resolves when the next letter may be left. */
  let rest: Promise<void> = Promise.resolve();
  const close = async (): Promise<void> => {
    await rest;
    await store.close();
    transactions.close();
    if (db.isOpen) db.close();
  };
  return {
    store,
    async post(compose) {
      const rested = rest;
      const { promise, resolve } = Promise.withResolvers<void>();
      rest = promise;
      await rested;
      lockedAt = performance.now();
      try {
        await patiently(() => leave(compose), PATIENCE_MS);
      } finally {
        // Where commits take long, so do those of the others.
        const lockedMs = Math.min(performance.now() - lockedAt, LONGEST_REST_MS);
        void sleep(REST_MS + lockedMs).then(resolve);
      }
    },
    waits: (id) => hasLetters() && db.prepare("SELECT 1 FROM letters WHERE id = ?").get(id) !== undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Two machines cannot share the memory by which SQLite keeps writers apart. */
function refuseElsewhere(db: DatabaseSync, folder: ColonyFolder): void {
  const owner = ownerOf(db);
  if (owner === undefined || !isElsewhere(owner)) return;
  throw new ColonyError(
    "colony.in_use",
    `process ${owner.pid} on the machine "${owner.hostname}" owns ${folder.dir}; send what is for it from that machine, or, when that is gone, open the colony here with \`takeOver: true\``,
    {
      details: {
        pid: owner.pid,
        hostname: owner.hostname,
        since: owner.since,
        dir: folder.dir,
        elsewhere: true,
      },
    },
  );
}
