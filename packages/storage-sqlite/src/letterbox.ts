import type { DatabaseSync } from "node:sqlite";
import { messageOf, type Logger } from "@colony/core";
import { patiently } from "./database.ts";

/**
 * Stands outside the numbered schema, as the owner's row does: in a folder of any version a letter can be left, and its
 * owner need not be of the release that left it.
 */
export const LETTER_TABLE = `CREATE TABLE IF NOT EXISTS letters (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT`;

/** The only member of a body that is known here. What is left by other releases may be no JSON at all. */
const KEY = "CASE WHEN json_valid(body) THEN body ->> '$.idempotencyKey' END";
/** Finds letters by it, however many wait. */
export const LETTER_KEYS = `CREATE INDEX IF NOT EXISTS letters_by_key ON letters (${KEY})`;

/** What another process has left in the folder for its owner. */
export interface Letter {
  readonly id: string;
  /** Epoch ms at which it was left. */
  readonly at: number;
  /** JSON; what it may be is for those who write and read letters to agree upon. */
  readonly body: string;
}

/** The letters of a folder, as its owner has them. */
export interface Letterbox {
  /** Those that nobody has taken, oldest first; at most 1,000. */
  waiting(): readonly Letter[];
  /** Away with one: what it asked for stands in the log. Rejects with `log.write_failed`, and then it waits still. */
  remove(id: string): Promise<void>;
  /** Whether the folder has not been taken over by another process. */
  isOurs(): boolean;
  /** Calls back soon after another process has written anything to the folder. Returns the way to stop. */
  onPosted(listener: () => void): () => void;
}

/** Another connection's commits show in one counter, which costs some microseconds to look at. */
const POLL_MS = 200;

/** Makes the owner's letterbox. `write` runs a transaction as the owner. */
export function createLetterbox(
  db: DatabaseSync,
  {
    write,
    stand,
    holds,
    logger,
  }: {
    readonly write: (transaction: () => void) => void;
    /** Throws where what others write is not seen here, and nothing can be written. */
    readonly stand: () => void;
    readonly holds: () => boolean;
    readonly logger: Logger;
  },
): Letterbox {
  const take = db.prepare("DELETE FROM letters WHERE id = ?");
  const dataVersion = db.prepare("PRAGMA data_version");
  return {
    isOurs: holds,
    waiting: () => lettersIn(db),
    remove: (id) => patiently(() => write(() => void take.run(id))),
    onPosted(listener) {
      let seen = dataVersion.get()?.["data_version"];
      let isHindered = false;
      const timer = setInterval(() => {
        try {
          stand();
          isHindered = false;
          const version = dataVersion.get()?.["data_version"];
          if (version === seen) return;
          seen = version;
        } catch (error) {
          if (!isHindered)
            logger.warn({ reason: messageOf(error) }, "letters cannot be looked for at the moment");
          isHindered = true;
          return;
        }
        listener();
      }, POLL_MS).unref();
      return () => clearInterval(timer);
    },
  };
}

function lettersIn(db: DatabaseSync): readonly Letter[] {
  return db.prepare("SELECT id, at, body FROM letters ORDER BY no LIMIT 1000").all().map(letterOf);
}

/** All letters that wait whose body has that `idempotencyKey`, oldest first. */
export function lettersWithKey(db: DatabaseSync, key: string): readonly Letter[] {
  return db.prepare(`SELECT id, at, body FROM letters WHERE ${KEY} = ? ORDER BY no`).all(key).map(letterOf);
}

function letterOf(row: Readonly<Record<string, unknown>>): Letter {
  return { id: String(row["id"]), at: Number(row["at"]), body: String(row["body"]) };
}
