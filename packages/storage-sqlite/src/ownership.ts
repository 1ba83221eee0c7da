import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";
import { held, isBusy } from "./database.ts";
import { APPLICATION_ID } from "./schema.ts";
import { fileId } from "./file-id.ts";
import type { ColonyFolder } from "./folder.ts";
import { LETTER_TABLE } from "./letterbox.ts";
import { isOwnerLockHeld, takeOwnerLock, type OwnerLock } from "./owner-lock.ts";
import { lifeOf, ownIdentity, type Life, type ProcessIdentity } from "./process-identity.ts";

/** The right to write to a colony folder. */
export interface Ownership {
  /** Whether nobody has taken the folder over. Asked inside each transaction that writes. */
  holds(): boolean;
  release(): void;
  /** Gives the folder free for this process only: nothing can be written to it. */
  abandon(): void;
}

/** Who owns a folder, as its row says. */
interface Owner extends ProcessIdentity {
  /**
   * Names the claim, and the file that was claimed: in a copy of the folder it names another one. Then, where the claim came with
   * the folder's lock, the pids among which that of the owner is one. Here, since the row's columns are those of all releases.
   */
  readonly token: string;
  readonly hostId: string;
  readonly since: number;
}

/** Claims of this process that it has given up and could not write down as such. */
const GIVEN_UP = new Set<string>();

/** Stands outside the numbered schema: whoever meets a database of any version must be able to ask who owns it. */
const OWNER_TABLE = `CREATE TABLE IF NOT EXISTS owner (
  one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, pid INTEGER NOT NULL, start TEXT NOT NULL,
  host_id TEXT NOT NULL, hostname TEXT NOT NULL, since INTEGER NOT NULL) STRICT`;

/**
 * Makes this process the owner, and does in the same transaction what `settle` does: a new folder is made with one commit.
 * A dead owner of this machine is taken over at once, a live one is not. Throws `colony.in_use`, and what `settle` throws.
 */
export function claimOwnership<Settled>(
  db: DatabaseSync,
  folder: ColonyFolder,
  options: { readonly hostId: string; readonly takeover: boolean; readonly settle: () => Settled },
): Ownership & { readonly settled: Settled } {
  let settled: Settled;
  let token = `${randomUUID()} ${fileId(folder.database) ?? ""}`;
  let lock: OwnerLock | undefined;
  try {
    db.exec("BEGIN IMMEDIATE");
    db.exec(`${OWNER_TABLE}; ${LETTER_TABLE}; PRAGMA application_id = ${APPLICATION_ID}`);
    const owner = ownerOf(db);
    const own = ownIdentity();
    if (owner !== undefined && !options.takeover) refuseUnlessDead(owner, own, folder);
    lock = takeOwnerLock(folder);
    if (lock !== undefined) token += ` ${own.pidSpace}`;
    db.prepare("REPLACE INTO owner VALUES (1, ?, ?, ?, ?, ?, ?)").run(
      token,
      own.pid,
      own.start,
      options.hostId,
      own.hostname,
      Date.now(),
    );
    settled = options.settle();
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    lock?.release();
    throw isBusy(error) ? held(folder, error) : error;
  }
  const current = db.prepare("SELECT token FROM owner");
  return {
    settled,
    holds: () => current.get()?.["token"] === token,
    release() {
      try {
        db.prepare("DELETE FROM owner WHERE token = ?").run(token);
      } catch {
        // The disk may be full. This process knows that it has let go, and for others it will be dead in the end.
        GIVEN_UP.add(token);
      } finally {
        lock?.release();
      }
    },
    abandon() {
      GIVEN_UP.add(token);
      lock?.release();
    },
  };
}

/** Who owns a folder, alive or not. */
export function ownerOf(db: DatabaseSync): Owner | undefined {
  const row = db.prepare("SELECT token, pid, start, host_id, hostname, since FROM owner").get();
  if (row === undefined) return undefined;
  const token = String(row["token"]);
  return {
    token,
    pidSpace: token.split(" ")[2],
    pid: Number(row["pid"]),
    start: String(row["start"]),
    hostId: String(row["host_id"]),
    hostname: String(row["hostname"]),
    since: Number(row["since"]),
  };
}

/** Whether the claim is on the database that lies in the folder, or on the one that this is a copy of. */
export function claimedFile({ token }: Pick<Owner, "token">, folder: ColonyFolder): "this" | "another" {
  const [, file] = token.split(" ");
  return file === undefined || file === fileId(folder.database) ? "this" : "another";
}

/** Whether an owner lives, as far as that can be told from here. */
export function lifeOfOwner(owner: Owner, folder: ColonyFolder): Life {
  if (GIVEN_UP.has(owner.token)) return "dead";
  return lifeOf(owner, () => {
    // Nobody takes the lock of a copy.
    if (claimedFile(owner, folder) === "another") return "unknown";
    return isOwnerLockHeld(folder) ? "alive" : "dead";
  });
}

function refuseUnlessDead(owner: Owner, own: ProcessIdentity, folder: ColonyFolder): void {
  const life = lifeOfOwner(owner, folder);
  if (life === "dead") return;
  const { pid, start, hostId, hostname } = owner;
  const since = new Date(owner.since).toISOString();
  const named = { pid, start, hostId, hostname, since: owner.since, dir: folder.dir };
  const refuse = (message: string, more: Readonly<Record<string, boolean>> = {}): never => {
    throw new ColonyError("colony.in_use", message, { details: { ...named, ...more } });
  };
  if (life === "unknown")
    refuse(
      `process ${pid} on the machine "${hostname}" has owned ${folder.dir} since ${since}, and from here nobody can tell whether it lives; close it there, or open it here with \`takeOver: true\` when that is gone`,
      { elsewhere: true },
    );
  if (claimedFile(owner, folder) === "another")
    refuse(
      `${folder.dir} is a copy that was made while process ${pid} had the original open, which it still may have; close the colony there, then open the copy`,
      { copy: true },
    );
  const isCountedHere = owner.pidSpace === undefined || owner.pidSpace === own.pidSpace;
  const here = pid === own.pid ? `this process (${pid})` : `process ${pid}`;
  refuse(
    `${isCountedHere ? here : `process ${pid} in another container ("${hostname}")`} has owned ${folder.dir} since ${since}; close the colony there, or work beside it: openColonyReader({ dir }) looks into it, openColonySender({ dir }) sends to it`,
    isCountedHere ? {} : { container: true },
  );
}
