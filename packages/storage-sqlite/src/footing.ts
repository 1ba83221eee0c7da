import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";
import { openForReading } from "./database.ts";
import { fileId } from "./file-id.ts";
import type { ColonyFolder } from "./folder.ts";
import type { Ownership } from "./ownership.ts";
import { declareFiles, removalOf, sharedFilesOf } from "./shared-files.ts";
import { hasMoreThan } from "./wal-frames.ts";

/** The files that an open database stands on. The system goes on writing to files that somebody has removed. */
export interface Footing {
  /**
   * Sees to it that what is written next can be found again, and is seen by all who have the database open. Throws
   * `log.gone` where the database has been removed or replaced, or where others have written what cannot be seen from
   * here. Shared files that were removed are made anew otherwise, and nothing that was in them is lost;
   * `log.write_failed` where readers keep that from being done.
   */
  require(): void;
  /** Gives the folder free and closes the database. Where others have written to it unseen, that stays as it is. */
  close(ownership: Pick<Ownership, "release" | "abandon">): void;
}

/** Looks at the files as they are now, after the first write, and says in the folder which they are. */
export function createFooting(db: DatabaseSync, folder: ColonyFolder): Footing {
  const database = fileId(folder.database);
  /** None where one was removed while the folder was being opened. */
  let files = sharedFilesOf(folder) ?? "";
  let declared = declareFiles(folder, files);
  /** Whether the database's own connection still has the removed files. */
  let holdsRemoved = true;

  const requireNothingUnseen = (): void => {
    const walPath = `${folder.database}-wal`;
    // Another log in its place holds nothing that was accepted: nobody shares it with the owner.
    if (fileId(walPath) !== files.split(" ")[0]) return;
    // Whoever shares the removed files and is just writing has done so then.
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    const known = Number(db.prepare("PRAGMA wal_checkpoint(NOOP)").get()?.["log"]);
    if (hasMoreThan(walPath, known)) throw written(folder, removalOf(folder, files));
  };

  /** What is in the removed files goes to the database, and new ones begin. */
  const makeAnew = (): void => {
    const timeout = Number(db.prepare("PRAGMA busy_timeout").get()?.["timeout"] ?? 0);
    try {
      db.exec("PRAGMA busy_timeout = 0");
      if (holdsRemoved) requireNothingUnseen();
      db.exec("PRAGMA wal_checkpoint(FULL); PRAGMA journal_mode = DELETE");
      holdsRemoved = false;
      db.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; ROLLBACK");
      const made = sharedFilesOf(folder) ?? "";
      declared = declareFiles(folder, made);
      files = made;
      holdsRemoved = true;
    } catch (cause) {
      throw cause instanceof ColonyError ? cause : inTheWay(folder, removalOf(folder, files), cause);
    } finally {
      db.exec(`PRAGMA busy_timeout = ${timeout}`);
    }
  };

  const isInPlace = (): boolean => fileId(folder.database) === database;
  const require = (): void => {
    if (!isInPlace()) throw gone(folder);
    if (sharedFilesOf(folder) !== files) makeAnew();
  };
  /** Into a database that is gone anything may be written. */
  const canBeWritten = (): boolean => {
    try {
      if (isInPlace()) require();
      return true;
    } catch {
      // What could not be stored for this reason has been refused with it.
      return false;
    }
  };
  return {
    require,
    close(ownership) {
      let reader: DatabaseSync | undefined;
      try {
        if (canBeWritten()) ownership.release();
        else {
          ownership.abandon();
          reader = openForReading(folder);
        }
      } finally {
        // The last one to close a database copies its log into it and removes that, but not while somebody reads.
        db.close();
        reader?.close();
        declared.withdraw();
      }
    },
  };
}

function inTheWay(folder: ColonyFolder, removed: string, cause: unknown): ColonyError {
  return new ColonyError(
    "log.write_failed",
    `${removed} while this colony had it open; nothing was stored. End the processes that read this folder, then what was removed is made anew.`,
    { cause, details: { dir: folder.dir } },
  );
}

function written(folder: ColonyFolder, removed: string): ColonyError {
  return new ColonyError(
    "log.gone",
    `${removed} while this colony had it open, and another program has written to the database since; nothing was stored. Close this colony and open it again: both are found then.`,
    { details: { dir: folder.dir } },
  );
}

function gone(folder: ColonyFolder): ColonyError {
  return new ColonyError(
    "log.gone",
    `${folder.database} was removed or replaced while this colony had it open; nothing was stored. Put it back, or close this colony.`,
    { details: { dir: folder.dir } },
  );
}
