import { openForReading } from "./database.ts";
import { folderAt, requireColony } from "./folder.ts";
import { lifeOfOwner, ownerOf } from "./ownership.ts";

/** The process that owns a colony folder. */
export interface FolderOwner {
  readonly pid: number;
  /** Epoch ms since when. */
  readonly since: number;
  /** The machine it runs on. */
  readonly hostname: string;
  /** Of one on another machine nobody here can tell whether it lives. */
  readonly life: "alive" | "unknown";
}

/**
 * Who owns a colony folder now; undefined where nobody does, or only a process that is dead. Of an owner on another machine
 * nobody here can tell whether it lives, so it is named. Throws `colony.not_found` and `colony.folder_invalid`.
 */
export function liveOwnerOf(dir: string): FolderOwner | undefined {
  const folder = folderAt(dir);
  requireColony(folder);
  const db = openForReading(folder);
  try {
    const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owner'").get() !== undefined;
    const owner = known ? ownerOf(db) : undefined;
    if (owner === undefined) return undefined;
    const { pid, since, hostname } = owner;
    const life = lifeOfOwner(owner, folder);
    return life === "dead" ? undefined : { pid, since, hostname, life };
  } finally {
    db.close();
  }
}
