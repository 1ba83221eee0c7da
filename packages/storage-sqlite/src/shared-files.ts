import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ColonyError } from "@colony/core";
import { fileId } from "./file-id.ts";
import type { ColonyFolder } from "./folder.ts";
import { isOwnerLockHeld } from "./owner-lock.ts";
import { lifeOf, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/**
 * The files beside the database that everybody who has it open has to share: the write-ahead log, and the index of it
 * with SQLite's locks. Whoever opens the database where one was removed makes another one, and is kept apart from
 * nobody: both write to the same places and see nothing of each other.
 */
const ENDINGS = ["wal", "shm"] as const;

/** Which shared files lie in the folder; undefined where one is missing. */
export function sharedFilesOf(folder: ColonyFolder): string | undefined {
  const log = fileId(`${folder.database}-wal`);
  const index = fileId(`${folder.database}-shm`);
  return log === undefined || index === undefined ? undefined : `${log} ${index}`;
}

/** Which of them are gone or others by now, as the beginning of a sentence; empty where none are. */
export function removalOf(folder: ColonyFolder, files: string): string {
  const ids = files.split(" ");
  const removed = ENDINGS.filter((ending, at) => fileId(`${folder.database}-${ending}`) !== ids[at]);
  const names = removed.map((ending) => `${folder.database}-${ending}`).join(" and ");
  return names && `${names} ${removed.length === 1 ? "was" : "were"} removed`;
}

/** What an owner says beside the database, where it is found by those too who cannot see what it writes there. */
interface OwnersFiles extends ProcessIdentity {
  readonly database: string;
  readonly files: string;
}

/** Says which files the owner has open, until `withdraw`. */
export function declareFiles(folder: ColonyFolder, files: string): { withdraw(): void } {
  const declared: OwnersFiles = { ...ownIdentity(), database: fileId(folder.database) ?? "", files };
  const text = `${JSON.stringify(declared)}\n`;
  writeFileSync(declaration(folder), text);
  return {
    withdraw() {
      // Whoever has taken the folder over has said its own.
      if (declarationIn(folder) !== text) return;
      try {
        rmSync(declaration(folder), { force: true });
      } catch {
        // Where nothing can be removed nobody can send anything either, and in the end this process is dead.
      }
    },
  };
}

/** How long whoever comes waits for the owner to make the files anew. Milliseconds. */
const PATIENCE_MS = 2_000;

/** Between two tries, with nothing open: the owner needs the database for itself. Milliseconds. */
const PAUSE_MS = 100;

/** Opens a folder whose owner may be about to make the shared files anew. */
export async function openShared<Store>(folder: ColonyFolder, open: () => Store): Promise<Store> {
  const until = performance.now() + PATIENCE_MS;
  for (;;)
    try {
      return open();
    } catch (error) {
      // Who sees another log than the owner finds all kinds of things wrong with it.
      const reason = apartFromOwner(folder) ?? error;
      if (!(reason instanceof ColonyError) || reason.code !== "log.gone" || performance.now() > until)
        throw reason;
      await sleep(PAUSE_MS);
    }
}

/** Throws `log.gone` where a living owner has other files open than those that lie in the folder. */
export function requireOwnersFiles(folder: ColonyFolder): void {
  const apart = apartFromOwner(folder);
  if (apart !== undefined) throw apart;
}

function apartFromOwner(folder: ColonyFolder): ColonyError | undefined {
  const owner = ownersFiles(folder);
  const removed = owner === undefined ? "" : removalOf(folder, owner.files);
  if (owner === undefined || removed === "") return undefined;
  // A copy of the folder says what holds of the original.
  if (owner.database !== fileId(folder.database)) return undefined;
  if (lifeOf(owner, () => (isOwnerLockHeld(folder) ? "alive" : "dead")) !== "alive") return undefined;
  return new ColonyError(
    "log.gone",
    `${removed} while process ${owner.pid} has this colony open: what either of you writes, the other cannot see. Try again in a moment; if that does not help, close the colony there and end the processes that read it`,
    { details: { pid: owner.pid, dir: folder.dir } },
  );
}

function ownersFiles(folder: ColonyFolder): OwnersFiles | undefined {
  try {
    const { pid, start, hostname, pidSpace, database, files } = JSON.parse(
      declarationIn(folder) ?? "{}",
    ) as Partial<Record<keyof OwnersFiles, unknown>>;
    if (typeof database !== "string" || typeof files !== "string") return undefined;
    return {
      pid: Number(pid),
      start: String(start),
      hostname: String(hostname),
      pidSpace: typeof pidSpace === "string" ? pidSpace : undefined,
      database,
      files,
    };
  } catch {
    // It is just being written, by an owner that has only begun.
    return undefined;
  }
}

function declaration({ dir }: ColonyFolder): string {
  return join(dir, "colony.files");
}

function declarationIn(folder: ColonyFolder): string | undefined {
  try {
    return readFileSync(declaration(folder), "utf8");
  } catch {
    // Nobody has the folder open, or nobody may say so.
    return undefined;
  }
}
