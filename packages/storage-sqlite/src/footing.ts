import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";
import type { ColonyFolder } from "./folder.ts";

/** The files that an open database stands on. The system goes on writing to files that somebody has removed. */
export interface Footing {
  /**
   * Sees to it that what is written next can be found again. Throws `log.gone` where the database has been removed or
   * replaced. A write-ahead log that was removed is made anew, and nothing that was in it is lost; `log.write_failed`
   * where readers keep that from being done.
   */
  require(): void;
}

/** Looks at the files as they are now, after the first write. */
export function createFooting(db: DatabaseSync, folder: ColonyFolder): Footing {
  const walPath = `${folder.database}-wal`;
  const database = fileId(folder.database);
  let wal = fileId(walPath);
  return {
    require() {
      if (fileId(folder.database) !== database) throw gone(folder);
      const found = fileId(walPath);
      wal ??= found;
      if (found === wal) return;
      makeWalAnew(db, folder);
      wal = fileId(walPath);
    },
  };
}

/** Which file lies at a path; undefined where none does. */
export function fileId(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/** The database's own connection still has the removed file: what is in it goes to the database, and a new one begins. */
function makeWalAnew(db: DatabaseSync, folder: ColonyFolder): void {
  const timeout = Number(db.prepare("PRAGMA busy_timeout").get()?.["timeout"] ?? 0);
  try {
    db.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(FULL); PRAGMA journal_mode = DELETE");
    db.exec("PRAGMA journal_mode = WAL");
  } catch (cause) {
    throw new ColonyError(
      "log.write_failed",
      `${folder.database}-wal was removed while this colony had it open; nothing was stored. End the processes that read this folder, then it is made anew.`,
      { cause, details: { dir: folder.dir } },
    );
  } finally {
    db.exec(`PRAGMA busy_timeout = ${timeout}`);
  }
}

function gone(folder: ColonyFolder): ColonyError {
  return new ColonyError(
    "log.gone",
    `${folder.database} was removed or replaced while this colony had it open; nothing was stored. Put it back, or close this colony.`,
    { details: { dir: folder.dir } },
  );
}
