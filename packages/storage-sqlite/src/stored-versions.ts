import type { DatabaseSync } from "node:sqlite";
import type { AgentId } from "@colony/core";
import type { Names } from "./names.ts";
import { createRegisterReader } from "./register-reader.ts";

/**
 * Makes a look-up of the versions that streams are at. What this process has written since is its to remember, for as long as
 * it may not be in the register yet.
 */
export function createStoredVersions(db: DatabaseSync, names: Names): (agentId: AgentId) => number {
  const register = createRegisterReader(db);
  const bySeq = db.prepare("SELECT version FROM events WHERE seq = ?");
  /** Of streams that were written to last before this process came: the register does not have them yet. */
  let unfiled: ReadonlyMap<number, number> | undefined;
  return (agentId) => {
    unfiled ??= versionsAfter(db, register.upTo());
    const no = names.find(agentId);
    if (no === -1) return 0;
    const filed = Number(bySeq.get(register.newest(["agent", no]))?.["version"] ?? 0);
    return Math.max(filed, unfiled.get(no) ?? 0);
  };
}

function versionsAfter(db: DatabaseSync, seq: number): ReadonlyMap<number, number> {
  const rows = db
    .prepare("SELECT agent, max(version) AS version FROM events WHERE seq > ? GROUP BY agent")
    .all(seq);
  return new Map(rows.map((row) => [Number(row["agent"]), Number(row["version"])]));
}
