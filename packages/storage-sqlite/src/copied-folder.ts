import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";
import { notReadable } from "./database.ts";
import { prunedEvents } from "./event-pruning.ts";
import type { ColonyFolder } from "./folder.ts";
import { claimedFile, ownerOf } from "./ownership.ts";

/**
 * Looks at the whole of a database that was copied while somebody owned it: its files were copied one after the other, so
 * what was written in between can be missing in the middle. Throws `log.corrupt`.
 */
export function requireSoundCopy(db: DatabaseSync, folder: ColonyFolder): void {
  if (!wasCopiedInUse(db, folder)) return;
  const found = Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
  if (found !== "ok") throw notReadable(new Error(String(found).split("\n").at(-1)));
  const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get() !== undefined;
  if (!made) return;
  const { count, newest } =
    db.prepare("SELECT count(*) AS count, max(seq) AS newest FROM events").get() ?? {};
  const missing = Number(newest ?? 0) - Number(count ?? 0) - prunedEvents(db);
  if (missing === 0) return;
  throw new ColonyError(
    "log.corrupt",
    `${missing} of ${Number(newest)} events are missing in ${folder.dir}, which was copied while it was in use; copy it again while nobody has it open`,
    { details: { dir: folder.dir, missing } },
  );
}

function wasCopiedInUse(db: DatabaseSync, folder: ColonyFolder): boolean {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owner'").get() !== undefined;
  const owner = known ? ownerOf(db) : undefined;
  return owner !== undefined && claimedFile(owner, folder) === "another";
}
