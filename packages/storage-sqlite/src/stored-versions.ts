import type { DatabaseSync } from "node:sqlite";
import type { AgentId, ColonyError } from "@colony/core";
import { notReadable } from "./database.ts";
import type { Names } from "./names.ts";
import { createRegisterReader } from "./register-reader.ts";

/**
 * Makes a look-up of the versions that streams are at. What this process writes is its to remember, for as long as it may not
 * be in the register yet. The look-up throws `log.corrupt` for streams of which nobody can tell.
 */
export function createStoredVersions(db: DatabaseSync, names: Names): (agentId: AgentId) => number {
  const register = createRegisterReader(db);
  const bySeq = db.prepare("SELECT version FROM events WHERE seq = ?");
  /** Of streams that were written to last before this process came: the register does not have them yet. */
  const unfiled = versionsAfter(db, register.upTo());
  return (agentId) => {
    const no = names.find(agentId);
    if (no === -1) return 0;
    if (!("get" in unfiled)) throw unfiled;
    const filed = Number(bySeq.get(register.newest(["agent", no]))?.["version"] ?? 0);
    return Math.max(filed, unfiled.get(no) ?? 0);
  };
}

/** What cannot be read is met here, and not in a transaction, which would end with it. */
function versionsAfter(db: DatabaseSync, seq: number): ReadonlyMap<number, number> | ColonyError {
  try {
    const sql = "SELECT agent, max(version) AS version FROM events WHERE seq > ? GROUP BY agent";
    const rows = db.prepare(sql).all(seq);
    return new Map(rows.map((row) => [Number(row["agent"]), Number(row["version"])]));
  } catch (error) {
    return notReadable(error);
  }
}
