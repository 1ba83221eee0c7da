import type { DatabaseSync } from "node:sqlite";
import { createRegisterReader } from "./register-reader.ts";
import type { RegisterWriter } from "./register-writer.ts";

/**
 * Makes a look-up of the version that an agent's stream is at, by the number of its name. It throws `log.corrupt` where
 * nobody can tell.
 */
export function createStoredVersions(
  db: DatabaseSync,
  unfiled: Pick<RegisterWriter, "newestOf">,
): (agent: number) => number {
  const register = createRegisterReader(db);
  const bySeq = db.prepare("SELECT version FROM events WHERE seq = ?");
  return (agent) => {
    const seq = unfiled.newestOf(agent) ?? register.newest(["agent", agent]);
    return Number(bySeq.get(seq)?.["version"] ?? 0);
  };
}
