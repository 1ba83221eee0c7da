import type { DatabaseSync, StatementSync } from "node:sqlite";
import { agentId, ColonyError, type JsonValue, type Snapshot, type SnapshotStore } from "@colony/core";
import { logClosed } from "./log-closed.ts";

/** Pages that are kept in memory while every snapshot is looked at once. */
const PAGES_IN_PASSING = 100;

const COLUMNS = "agent_id, version, seq, open, format, state";

/** One that is there already keeps its place. */
const SAVE = `INSERT INTO snapshots (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (agent_id) DO UPDATE SET
  version = excluded.version, seq = excluded.seq, open = excluded.open, format = excluded.format, state = excluded.state`;

/** Makes a snapshot store in the database of a log. `write` runs a transaction and says what went wrong with it. */
export function createSqliteSnapshotStore(
  db: DatabaseSync,
  write: (transaction: () => void) => void,
): SnapshotStore {
  const prepare = (sql: string): StatementSync => {
    if (!db.isOpen) throw logClosed();
    return db.prepare(sql);
  };
  const rows = (where: string, ...values: string[]): readonly Snapshot[] =>
    prepare(`SELECT ${COLUMNS} FROM snapshots ${where}`)
      .all(...values)
      .map(snapshotOf);
  const conditionOf = (which: "open" | "all"): string =>
    which === "all" ? "" : "INDEXED BY snapshots_open WHERE open = 1";
  const complete = "INSERT OR REPLACE INTO meta VALUES ('snapshots_complete_to', ?)";

  return {
    async save(snapshots, completeTo) {
      const save = prepare(SAVE);
      write(() => {
        for (const { agentId: agent, version, seq, open, format, state } of snapshots)
          save.get(agent, version, seq, open ? 1 : 0, format, JSON.stringify(state));
        prepare(complete).run(String(completeTo));
      });
    },
    async completeTo() {
      const row = prepare("SELECT value FROM meta WHERE key = 'snapshots_complete_to'").get();
      return Number(row?.["value"] ?? 0);
    },
    async list(which) {
      return rows(conditionOf(which));
    },
    async visit(which, see) {
      const all = prepare(`SELECT ${COLUMNS} FROM snapshots ${conditionOf(which)}`);
      passing(db, () => {
        for (const row of all.iterate()) see(snapshotOf(row));
      });
    },
    async get(agent) {
      return rows("WHERE agent_id = ?", agent)[0];
    },
    async clear() {
      write(() => {
        db.exec("DELETE FROM snapshots");
        prepare(complete).run("0");
      });
    },
  };
}

/** Reads much of the database once: its pages are not kept, and do not push out those that are read again and again. */
function passing(db: DatabaseSync, read: () => void): void {
  const kept = Number(db.prepare("PRAGMA cache_size").get()?.["cache_size"]);
  db.exec(`PRAGMA cache_size = ${PAGES_IN_PASSING}`);
  try {
    read();
  } finally {
    db.exec(`PRAGMA cache_size = ${kept}`);
  }
}

function snapshotOf(row: Readonly<Record<string, unknown>>): Snapshot {
  const agent = agentId(String(row["agent_id"]));
  return {
    agentId: agent,
    version: Number(row["version"]),
    seq: Number(row["seq"]),
    open: row["open"] === 1,
    format: String(row["format"]),
    state: stateOf(agent, String(row["state"])),
  };
}

function stateOf(agent: string, json: string): JsonValue {
  try {
    const state: unknown = JSON.parse(json);
    if (isJson(state)) return state;
    throw new Error("no JSON");
  } catch (cause) {
    throw new ColonyError(
      "log.corrupt",
      `the snapshot of "${agent}" cannot be read; clear the snapshots, they are folded again from the events`,
      { cause, details: { agentId: agent } },
    );
  }
}

function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}
