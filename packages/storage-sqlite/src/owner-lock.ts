import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isBusy } from "./database.ts";
import type { ColonyFolder } from "./folder.ts";

/** What an owner holds for as long as its process lives: with that the system takes it away. */
export interface OwnerLock {
  release(): void;
}

/** How long an owner waits for those who look whether it is held. Milliseconds. */
const PATIENCE_MS = 100;

/** Takes the lock of a folder; undefined where another owner has it. Nothing is ever written to its file. */
export function takeOwnerLock(folder: ColonyFolder): OwnerLock | undefined {
  const db = new DatabaseSync(folder.lock, { timeout: PATIENCE_MS });
  try {
    db.exec("BEGIN EXCLUSIVE");
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** Whether a living process of this machine holds the lock, whichever container it runs in. */
export function isOwnerLockHeld(folder: ColonyFolder): boolean {
  if (!existsSync(folder.lock)) return false;
  const db = new DatabaseSync(folder.lock, { readOnly: true, timeout: 0 });
  try {
    db.prepare("SELECT 1 FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    db.close();
  }
}
