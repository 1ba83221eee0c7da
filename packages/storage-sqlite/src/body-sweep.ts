import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ColonyError, messageOf } from "@colony/core";
import { notReadable } from "./database.ts";
import type { FileBlobStore } from "./file-blob-store.ts";

/** Bodies that were removed. */
export interface SweptBodies {
  readonly bodies: number;
  readonly sizeBytes: number;
}

interface SweepGround {
  readonly db: DatabaseSync;
  /** The folder of the bodies. */
  readonly dir: string;
  readonly blobs: Pick<FileBlobStore, "getNow">;
}

/** Whatever looks like the address of a body counts as one: what is kept too long does no harm. */
const ADDRESS = /[0-9a-f]{64}/g;

/** Where addresses may stand, as far as a database has got it. What events say is the most of it. */
const TEXTS = [
  ["events", "coalesce(data, '')"],
  ["snapshots", "state"],
  ["drafts", "text"],
  ["letters", "body"],
] as const;

/**
 * Removes the bodies that nothing in the database refers to any more. Only its owner may, while nobody is at work: the body of
 * a result is there before the event that names it. Throws `log.corrupt` where not everything can be read, and then removes nothing.
 */
export function sweepBodies({ db, dir, blobs }: SweepGround): SweptBodies {
  const wanted = addressesIn(db, blobs);
  let [bodies, sizeBytes] = [0, 0];
  for (const folder of entriesOf(dir).filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const name of entriesOf(join(dir, folder))) {
      if (!/^[0-9a-f]{62}$/.test(name) || wanted.has(folder + name)) continue;
      const path = join(dir, folder, name);
      try {
        sizeBytes += statSync(path).size;
        rmSync(path);
      } catch (cause) {
        throw new ColonyError(
          "log.write_failed",
          `${path} could not be removed: ${messageOf(cause)}; check the rights of the folder, then prune again`,
          { cause },
        );
      }
      bodies += 1;
    }
  return { bodies, sizeBytes };
}

function addressesIn(db: DatabaseSync, blobs: SweepGround["blobs"]): ReadonlySet<string> {
  const wanted = new Set<string>();
  const note = (text: string): void => {
    for (const address of text.match(ADDRESS) ?? []) wanted.add(address);
  };
  try {
    for (const [table, column] of TEXTS) {
      if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) === undefined) continue;
      for (const row of db.prepare(`SELECT ${column} AS text FROM ${table}`).iterate())
        note(String(row["text"]));
    }
    const large = db.prepare("SELECT DISTINCT body FROM events WHERE body IS NOT NULL").all();
    for (const { body } of large) {
      wanted.add(String(body));
      note(blobs.getNow(String(body)));
    }
  } catch (error) {
    throw error instanceof ColonyError ? error : notReadable(error);
  }
  return wanted;
}

function entriesOf(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
