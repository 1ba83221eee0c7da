import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";
import { mayBeWritten, writeFailed } from "./database.ts";
import type { ColonyFolder } from "./folder.ts";
import { logClosed } from "./log-closed.ts";
import { APPLICATION_ID } from "./schema.ts";

/** How a connection writes. */
export interface Transactions {
  /**
   * Runs a transaction. Throws `log.write_failed`, and nothing of it is stored then, and the next one may work. Where its
   * `details.inDoubt` is true that cannot be told yet: whoever opens the folder finds all of it, should this process die before
   * the disk has taken anything again.
   */
  run(body: () => void): void;
  /** Before the connection is closed. What is in doubt is written over once more, as far as the disk lets it. */
  close(): void;
}

/** What is run in each transaction besides its body. */
interface Guards {
  /** Before it begins; throws where nothing may be written. */
  readonly before?: () => void;
  /** In it, with the database locked. */
  readonly within?: () => void;
}

/** After which the disk is tried again while something is in doubt. Milliseconds. */
const AGAIN_MS = 1_000;

/** A page is written, and nothing is changed. */
const NOTHING = `PRAGMA application_id = ${APPLICATION_ID}`;

/**
 * Makes the transactions of a connection. SQLite has written all of a transaction when it asks the disk to keep it. Where that
 * fails nobody sees it, and yet it lies in the log of pages and is taken for stored by whoever has to recover that: until
 * anything else is written to its place. So something is, at once, and again until it works (ADR 46).
 */
export function createTransactions(
  db: Pick<DatabaseSync, "exec" | "isOpen" | "isTransaction">,
  folder: ColonyFolder,
  { before, within }: Guards = {},
): Transactions {
  let again: NodeJS.Timeout | undefined;

  const settled = (): void => {
    clearTimeout(again);
    again = undefined;
  };

  /** Undefined where it is stored, and what its commit failed of where that cannot be told. Throws where nothing of it is. */
  const attempt = (body: () => void): { readonly cause: unknown } | undefined => {
    let isCommitting = false;
    try {
      before?.();
      db.exec("BEGIN IMMEDIATE");
      within?.();
      body();
      isCommitting = true;
      db.exec("COMMIT");
      settled();
      return undefined;
    } catch (cause) {
      rollBack(db);
      if (cause instanceof ColonyError) throw cause;
      if (isCommitting && mayBeWritten(cause)) return { cause };
      throw writeFailed(folder, cause);
    }
  };

  /** Writes to the place of what is in doubt. Whether that is gone. */
  const isWrittenOver = (): boolean => {
    try {
      return attempt(() => db.exec(NOTHING)) === undefined;
    } catch {
      // What is wrong is said by what has failed before, and this is tried again.
      return false;
    }
  };

  const tryAgain = (): void => {
    again = undefined;
    if (db.isOpen && !isWrittenOver()) tryLater();
  };

  const tryLater = (): void => {
    again ??= setTimeout(tryAgain, AGAIN_MS).unref();
  };

  return {
    run(body) {
      if (!db.isOpen) throw logClosed();
      const failed = attempt(body);
      if (failed === undefined) return;
      if (isWrittenOver()) throw writeFailed(folder, failed.cause);
      tryLater();
      throw writeFailed(folder, failed.cause, "in doubt");
    },
    close() {
      if (again === undefined) return;
      settled();
      if (db.isOpen) isWrittenOver();
    },
  };
}

function rollBack(db: Pick<DatabaseSync, "exec" | "isTransaction">): void {
  try {
    if (db.isTransaction) db.exec("ROLLBACK");
  } catch {
    // SQLite has rolled back by itself, which is what was wanted.
  }
}
