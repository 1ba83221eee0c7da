import type { DatabaseSync } from "node:sqlite";
import { ColonyError, colonyId, SILENT_LOGGER, type ColonyEvent, type LogRead } from "@colony/core";
import { openForWriting, transact } from "./database.ts";
import { createEventReader } from "./event-reader.ts";
import { createFileBlobStore } from "./file-blob-store.ts";
import { folderAt, notFound, requireColony, type ColonyFolder } from "./folder.ts";
import { LETTER_TABLE, lettersIn, type Letter } from "./letterbox.ts";
import { createNames } from "./names.ts";
import type { SqliteStore } from "./open-sqlite-store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { ownerOf } from "./ownership.ts";
import { ownIdentity } from "./process-identity.ts";
import { schemaVersionOf } from "./schema.ts";

/** A letter that is to be left. */
interface NewLetter {
  readonly id: string;
  readonly body: string;
}

/** The folder at the one moment in which nobody but the sender writes to it. */
export interface FolderNow {
  /** Letters that nobody has taken yet, oldest first. */
  readonly waiting: readonly Letter[];
  /** One page of the log, as `EventLog.read`. */
  read(read: LogRead): readonly ColonyEvent[];
}

/** A colony folder beside its owner: read as by a reader, and letters may be left in it. */
export interface SqliteSender extends AsyncDisposable {
  readonly store: SqliteStore;
  /**
   * Leaves a letter; durable when it returns. What it is to be is decided while nobody else writes; undefined leaves none,
   * and what is thrown there is thrown here. Throws `log.write_failed`, and `colony.in_use` where the owner lives on
   * another machine.
   */
  post(compose: (now: FolderNow) => NewLetter | undefined): void;
  /** Whether nobody has taken that letter yet. */
  waits(id: string): boolean;
  close(): Promise<void>;
}

/** A busy owner leaves the lock for moments only, and not to whoever has waited longest. Milliseconds. */
const PATIENCE_MS = 10_000;

/** Opens a colony folder to leave letters in it. Rejects with `colony.not_found` and `colony.folder_invalid`. */
export async function openSqliteSender({ dir }: { readonly dir: string }): Promise<SqliteSender> {
  const folder = folderAt(dir);
  requireColony(folder);
  const store = await openSqliteStore({ dir, access: "reader", logger: SILENT_LOGGER });
  let db: DatabaseSync | undefined;
  try {
    db = openForWriting(folder, "full");
    // The owner copies pages back when it suits it.
    db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}; PRAGMA wal_autocheckpoint = 0`);
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
  const close = async (): Promise<void> => {
    await store.close();
    if (db.isOpen) db.close();
  };
  return {
    store,
    post(compose) {
      transact(db, folder, () => {
        refuseElsewhere(db, folder);
        db.exec(LETTER_TABLE);
        const letter = compose({ waiting: lettersIn(db), read: (read) => reader.page(read) });
        if (letter === undefined) return;
        const insert = db.prepare("INSERT INTO letters (id, at, body) VALUES (?, ?, ?)");
        insert.run(letter.id, Date.now(), letter.body);
      });
    },
    waits(letterId) {
      const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'letters'").get() !== undefined;
      return known && db.prepare("SELECT 1 FROM letters WHERE id = ?").get(letterId) !== undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Two machines cannot share the memory by which SQLite keeps writers apart. */
function refuseElsewhere(db: DatabaseSync, folder: ColonyFolder): void {
  const owner = ownerOf(db);
  if (owner === undefined || owner.hostname === ownIdentity().hostname) return;
  throw new ColonyError(
    "colony.in_use",
    `process ${owner.pid} on the machine "${owner.hostname}" owns ${folder.dir}; what is sent to it has to be sent from that machine`,
    { details: { pid: owner.pid, hostname: owner.hostname, since: owner.since, dir: folder.dir } },
  );
}
