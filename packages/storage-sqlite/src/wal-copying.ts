import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { ColonyFolder } from "./folder.ts";

/** The copying of pages from the write-ahead log into the database, which SQLite calls a checkpoint. */
export interface WalCopying {
  /** A transaction is stored: copies, beside the work, where there is much to copy. */
  consider(): void;
  /** Resolves once nothing is being copied. */
  idle(): Promise<void>;
  /** Copies nothing any more, and resolves once nothing is being copied. */
  close(): Promise<void>;
}

/** When pages are copied. A page has 4 kB. */
interface WalBounds {
  /** So many to copy are worth a thread. */
  readonly much: number;
  /** So many are copied here, in a few milliseconds. */
  readonly few: number;
}

/** 32 MB are worth the 20 ms that a thread takes to start. */
const BOUNDS: WalBounds = { much: 8_000, few: 500 };

/** Pages after which SQLite copies them within a commit, where nobody else does. */
const BY_SQLITE = 4_000;

/** What a thread may have, which needs little: one with room for large programs does not start where address space is bounded. */
const LITTLE = {
  maxOldGenerationSizeMb: 16,
  maxYoungGenerationSizeMb: 2,
  codeRangeSizeMb: 8,
  stackSizeMb: 1,
};

/** The release of SQLite that tells how much there is to copy without copying it. https://www.sqlite.org/pragma.html#pragma_wal_checkpoint */
const TELLS_SINCE = [3, 51];

/**
 * Copies pages in a thread, which lives as long as that takes, so that no commit has to: 16 MB hold up a process for 30 ms, and
 * a slow disk for longer. SQLite lets one connection copy while another writes; it is safe to be killed at any time.
 * Where threads cannot be had SQLite copies by itself, within commits.
 */
export function createWalCopying(db: DatabaseSync, folder: ColonyFolder, bounds = BOUNDS): WalCopying {
  const look = db.prepare("PRAGMA wal_checkpoint(NOOP)");
  look.setReturnArrays(true);
  let isOurs = tellsWithoutCopying(db);
  let isClosed = false;
  let thread: Promise<void> | undefined;
  /** So many to copy start the next thread. */
  let enough = bounds.much;

  /** What is stored is stored: that this cannot be told is no reason for its commit to fail. */
  const pagesToCopy = (): number => {
    try {
      const [, pages, copied] = look.get() as unknown as readonly [
        busy: number,
        pages: number,
        copied: number,
      ];
      return pages - copied;
    } catch {
      return 0;
    }
  };

  const leaveToSqlite = (): void => {
    isOurs = false;
    if (db.isOpen) db.exec(`PRAGMA wal_autocheckpoint = ${BY_SQLITE}`);
  };

  const startThread = (): void => {
    const url = pathToFileURL(folder.database);
    // Where the database has been removed no other one is made in its place.
    url.searchParams.set("mode", "rw");
    const workerData = { url: url.href, few: bounds.few };
    const options = { eval: true, execArgv: [], workerData, resourceLimits: LITTLE };
    const { promise, resolve } = Promise.withResolvers<void>();
    try {
      const worker = new Worker(`(${copyInThread.toString()})()`, options);
      thread = promise;
      worker.once("error", leaveToSqlite);
      worker.once("exit", () => {
        thread = undefined;
        copyTheRest();
        resolve();
      });
    } catch {
      leaveToSqlite();
    }
  };

  /**
   * What the thread has left over, so that nothing is left and the log begins anew with the next commit. Where a reader keeps pages from
   * being copied it is tried again once there are as many more.
   */
  const copyTheRest = (): void => {
    if (isClosed || !db.isOpen) return;
    try {
      if (pagesToCopy() < bounds.much) db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // What is wrong with the disk the next commit will say. Nothing is lost: the pages are in the log.
    }
    const left = pagesToCopy();
    enough = left > bounds.few ? left + bounds.much : bounds.much;
  };

  if (isOurs) db.exec("PRAGMA wal_autocheckpoint = 0");
  return {
    consider() {
      if (isOurs && !isClosed && thread === undefined && pagesToCopy() >= enough) startThread();
    },
    async idle() {
      await thread;
    },
    async close() {
      isClosed = true;
      await thread;
    },
  };
}

function tellsWithoutCopying(db: DatabaseSync): boolean {
  const version = String(db.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = TELLS_SINCE;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/**
 * What the thread runs. Only its text gets there, so it stands by itself, and no file of ours has to be found for it. What is written
 * while it copies it copies as well, until that is little.
 */
function copyInThread(): void {
  const { DatabaseSync: Database } = process.getBuiltinModule("node:sqlite");
  const { url, few } = process.getBuiltinModule("node:worker_threads").workerData as {
    readonly url: string;
    readonly few: number;
  };
  const db = new Database(new URL(url));
  try {
    const copy = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
    const look = db.prepare("PRAGMA wal_checkpoint(NOOP)");
    let left = Infinity;
    for (let turn = 0; turn < 8 && left > few; turn += 1) {
      copy.get();
      const now = look.get();
      left = Number(now?.["log"]) - Number(now?.["checkpointed"]);
    }
  } finally {
    db.close();
  }
}
