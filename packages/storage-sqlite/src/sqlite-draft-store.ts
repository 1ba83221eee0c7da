import type { DatabaseSync, StatementSync } from "node:sqlite";
import { agentId, callId, type DraftStore } from "@colony/core";
import { logClosed } from "./log-closed.ts";

/** Makes a draft store in the database of a log. `write` runs a transaction and says what went wrong with it. */
export function createSqliteDraftStore(
  db: DatabaseSync,
  write: (transaction: () => void) => void,
): DraftStore {
  const prepare = (sql: string): StatementSync => {
    if (!db.isOpen) throw logClosed();
    return db.prepare(sql);
  };
  return {
    async list() {
      const rows = prepare("SELECT agent_id, call_id, text FROM drafts").all();
      return rows.map((row) => ({
        agentId: agentId(String(row["agent_id"])),
        callId: callId(String(row["call_id"])),
        text: String(row["text"]),
      }));
    },
    async change({ keep, forget }) {
      const replace = prepare("INSERT OR REPLACE INTO drafts (agent_id, call_id, text) VALUES (?, ?, ?)");
      const remove = prepare("DELETE FROM drafts WHERE agent_id = ?");
      write(() => {
        for (const draft of keep) replace.run(draft.agentId, draft.callId, draft.text);
        for (const agent of forget) remove.run(agent);
      });
    },
  };
}
