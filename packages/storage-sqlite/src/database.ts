import { statfsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ColonyError, messageOf } from "@colony/core";
import { logClosed } from "./log-closed.ts";
import { folderInvalid, requireWritable, type ColonyFolder } from "./folder.ts";
import { APPLICATION_ID } from "./schema.ts";

/** How long a write waits for another program that looks into the database and locks it. */
export const BUSY_TIMEOUT_MS = 2_000;

/** How much of it is waited at a time by who can let other work go on in between. */
const BRIEF_TIMEOUT_MS = 50;

/** How long other work goes on before such a write is tried again. Milliseconds. */
export const RETRY_MS = 5;

/** Opens the database of a colony folder for writing. Throws `colony.folder_invalid`. */
export function openForWriting(folder: ColonyFolder, synchronous: "full" | "normal"): DatabaseSync {
  return connected(folder, { readOnly: false }, (db) => {
    requireOurs(db, folder);
    // Fewer checkpoints than by default: pages that many commits touch are copied once.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous.toUpperCase()};
      PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000`);
  });
}

/** Opens the database of a colony folder for looking on. Throws `colony.folder_invalid`, `log.corrupt`. */
export function openForReading(folder: ColonyFolder): DatabaseSync {
  const look = (db: DatabaseSync): void => requireOurs(db, folder);
  try {
    return connected(folder, { readOnly: true }, look);
  } catch (error) {
    // Readers share files beside the database. Where those cannot be made nobody writes either, and none are needed.
    if (!(error instanceof ColonyError) || !NO_SHARING.has(resultCode(error.cause)) || hasWal(folder))
      throw error;
    return connected(folder, { readOnly: true, immutable: true }, look);
  }
}

/** SQLITE_READONLY, SQLITE_IOERR and SQLITE_CANTOPEN: on a disk that is read-only, or full. */
const NO_SHARING: ReadonlySet<number> = new Set([8, 10, 14]);

function hasWal(folder: ColonyFolder): boolean {
  return (statSync(`${folder.database}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function connected(
  folder: ColonyFolder,
  { readOnly, immutable = false }: { readonly readOnly: boolean; readonly immutable?: boolean },
  setUp: (db: DatabaseSync) => void,
): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    const url = pathToFileURL(folder.database);
    url.searchParams.set("immutable", "1");
    db = new DatabaseSync(immutable ? url : folder.database, { readOnly, timeout: BUSY_TIMEOUT_MS });
    setUp(db);
    return db;
  } catch (cause) {
    db?.close();
    if (cause instanceof ColonyError) throw cause;
    if (isBusy(cause)) throw held(folder, cause);
    const code = resultCode(cause);
    if (code === 11) throw notReadable(cause);
    if (!readOnly && (code === 10 || code === 13)) throw writeFailed(folder, cause);
    // Of a disk that is mounted read-only SQLite only says that it cannot open the file.
    if (!readOnly && NO_SHARING.has(code)) requireWritable(folder);
    throw folderInvalid(folder, `colony.db: ${messageOf(cause)}`, cause);
  }
}

/** An empty database is nobody's yet; one with other tables belongs to another program. */
function requireOurs(db: DatabaseSync, folder: ColonyFolder): void {
  const tables = "(SELECT count(*) FROM sqlite_schema) AS tables";
  const found = db.prepare(`SELECT application_id AS id, ${tables} FROM pragma_application_id`).get();
  if (found?.["id"] === APPLICATION_ID || (found?.["id"] === 0 && found["tables"] === 0)) return;
  throw folderInvalid(folder, "its colony.db is the database of another program");
}

/** From now on writes give up early where another program writes, see `wasBusy`; to say so each time would cost each commit. */
export function giveUpEarly(db: DatabaseSync): void {
  db.exec(`PRAGMA busy_timeout = ${BRIEF_TIMEOUT_MS}`);
}

/** Runs a write that has all the time there is. */
export function atLength(db: DatabaseSync, write: () => void): void {
  if (!db.isOpen) throw logClosed();
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  try {
    write();
  } finally {
    giveUpEarly(db);
  }
}

/** Tries a write again that came to nothing because somebody else was writing, and lets this process go on in between. */
export async function patiently(write: () => void, patienceMs = BUSY_TIMEOUT_MS): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;)
    try {
      write();
      return;
    } catch (error) {
      if (!wasBusy(error) || performance.now() > until) throw error;
      await sleep(RETRY_MS);
    }
}

/** What SQLite said when it could not write, and what to do about it. Where it has found damage, no other try will help. */
export function writeFailed(
  folder: ColonyFolder,
  cause: unknown,
  outcome: keyof typeof OUTCOMES = "nothing stored",
): ColonyError {
  if (isDamage(cause)) return notReadable(cause);
  return new ColonyError(
    "log.write_failed",
    `${folder.database} could not be written: ${messageOf(cause)}; ${OUTCOMES[outcome]}. ${adviceFor(folder, cause)}`,
    { cause, details: { dir: folder.dir, ...(outcome === "in doubt" ? { inDoubt: true } : {}) } },
  );
}

const OUTCOMES = {
  "nothing stored": "nothing was stored",
  "in doubt":
    "whether this is stored cannot be told before the disk takes something again, so look for it before you send it again",
} as const;

const ADVICE: Readonly<Record<number, string>> = {
  5: "Another program holds the database: end it, then try again.",
  8: "The database is read-only: check the rights of the folder and how its disk is mounted.",
  10: "The disk fails: check it, then try again.",
  13: "The disk is full: make room, then try again.",
};

/** SQLite's primary result code; -1 where the error is not SQLite's. https://www.sqlite.org/rescode.html */
function resultCode(cause: unknown): number {
  const code = extendedCode(cause);
  return code === -1 ? -1 : code & 0xff;
}

function extendedCode(cause: unknown): number {
  return cause instanceof Error && "errcode" in cause ? Number(cause.errcode) : -1;
}

/** What SQLite said when it could not read. */
export function notReadable(cause: unknown): ColonyError {
  return new ColonyError(
    "log.corrupt",
    `the log cannot be read: ${messageOf(cause)}; check the disk, and restore the colony folder from a backup`,
    { cause },
  );
}

/** SQLITE_CORRUPT, and SQLITE_NOTADB. */
function isDamage(cause: unknown): boolean {
  const code = resultCode(cause);
  return code === 11 || code === 26;
}

/** Whether another connection was in the way for too long. */
export function isBusy(cause: unknown): boolean {
  return resultCode(cause) === 5;
}

/**
 * Whether a commit that failed may have written all that it had to: not where somebody was in its way, nor where there was no
 * room for some of it or it could not be written, since the last of it says that it is whole.
 */
export function mayBeWritten(cause: unknown): boolean {
  const code = resultCode(cause);
  return code !== 5 && code !== 13 && extendedCode(cause) !== IOERR_WRITE;
}

const IOERR_WRITE = 778;

/** Whether a transaction came to nothing only because somebody else was writing: it may be tried again as it is. */
export function wasBusy(error: unknown): boolean {
  return error instanceof ColonyError && error.code === "log.write_failed" && isBusy(error.cause);
}

/** Somebody else is just opening the folder, or holds its database locked. */
export function held(folder: ColonyFolder, cause: unknown): ColonyError {
  return new ColonyError(
    "colony.in_use",
    `another process holds ${folder.database} locked; end it, or try again in a moment`,
    { cause, details: { dir: folder.dir } },
  );
}

function adviceFor(folder: ColonyFolder, cause: unknown): string {
  const code = resultCode(cause);
  // Where a file that is mapped into memory cannot grow, SQLite only says that the disk fails.
  const known = ADVICE[code === 10 && isFull(folder) ? 13 : code];
  return known ?? "Check the colony folder and its disk, then try again.";
}

function isFull({ dir }: ColonyFolder): boolean {
  try {
    return statfsSync(dir).bavail === 0;
  } catch {
    return false;
  }
}
