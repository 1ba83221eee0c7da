import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";
import type { ColonyFolder } from "./folder.ts";

/**
 * A small file beside the database that says how far the log has come. After a kill the newest events stand in the
 * write-ahead log alone; where that is removed or not copied along, the database by itself looks whole and is not.
 */
export interface HeadWitness {
  /** The log has come to this seq. Never throws: a witness is no truth. */
  note(seq: number): void;
  close(): void;
}

const DIGITS = 16;

/** Begins to testify. Not for colonies that may lose their newest commits: there a gap is no fault. */
export function openHeadWitness(folder: ColonyFolder, head: number): HeadWitness {
  let handle: number | undefined;
  const close = (): void => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  const note = (seq: number): void => {
    try {
      if (handle !== undefined) writeSync(handle, `${String(seq).padStart(DIGITS, "0")}\n`, 0);
    } catch {
      close();
    }
  };
  try {
    handle = openSync(witnessPath(folder), "w", 0o644);
  } catch {
    // Where no such file can be made there is no witness.
  }
  note(head);
  return { note, close };
}

/** `log.incomplete` where the log of a database ends before it once did. */
export function missingEvents(db: DatabaseSync, folder: ColonyFolder): ColonyError | undefined {
  const witnessed = witnessedHead(folder);
  const head = witnessed === 0 ? 0 : headOf(db);
  if (head >= witnessed) return undefined;
  return new ColonyError(
    "log.incomplete",
    `the log in ${folder.dir} ends at event ${head} and had come to ${witnessed}: its newest events are missing. Put colony.db-wal back, or restore the folder from a backup; or remove colony.head from it to go on without them`,
    { details: { dir: folder.dir, head, witnessed } },
  );
}

/** `log.incomplete` where a log was here and its database is gone: a new one would look like a colony that has just begun. */
export function missingDatabase(folder: ColonyFolder): ColonyError | undefined {
  const witnessed = witnessedHead(folder);
  if (witnessed === 0 || existsSync(folder.database)) return undefined;
  return new ColonyError(
    "log.incomplete",
    `colony.db is missing from ${folder.dir}, and its log had come to event ${witnessed}. Put colony.db back, or restore the folder from a backup; or remove colony.head from it to begin anew there`,
    { details: { dir: folder.dir, head: 0, witnessed } },
  );
}

function witnessPath({ dir }: ColonyFolder): string {
  return join(dir, "colony.head");
}

/** 0 where nothing is witnessed, or nothing that makes sense. */
function witnessedHead(folder: ColonyFolder): number {
  try {
    const text = readFileSync(witnessPath(folder), "utf8").trim();
    return /^\d{16}$/.test(text) ? Number(text) : 0;
  } catch {
    return 0;
  }
}

function headOf(db: DatabaseSync): number {
  const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get() !== undefined;
  return made ? Number(db.prepare("SELECT max(seq) AS seq FROM events").get()?.["seq"] ?? 0) : 0;
}
