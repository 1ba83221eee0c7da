import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** The rows that a colony stored, and the statement that made their table. */
export interface RawRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SQLInputValue[])[];
  readonly table: string;
}

/** What a colony finds by its register, as SQLite's own indexes. */
const INDEXES = [
  "CREATE UNIQUE INDEX events_stream ON events (agent, version)",
  "CREATE INDEX events_type ON events (type)",
  "CREATE INDEX events_correlation ON events (correlation) WHERE correlation IS NOT NULL",
  "CREATE INDEX events_mail ON events (recipient) WHERE recipient IS NOT NULL",
  "CREATE INDEX events_execution ON events (execution_id) WHERE execution_id IS NOT NULL",
];

/** A table of events without any code of ours around it. */
export interface RawStore extends Disposable {
  /** Inserts that many rows, each group of them as one transaction that is on the disk. */
  insert(count: number, groupSize: number): void;
}

/** Reads the events of a closed colony folder just as they are stored. */
export function readRawRows(dir: string): RawRows {
  const db = new DatabaseSync(join(dir, "colony.db"), { readOnly: true });
  try {
    const made = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'events'").get();
    const rows = db.prepare("SELECT * FROM events ORDER BY seq").all();
    return {
      columns: Object.keys(rows[0] ?? {}),
      rows: rows.map((row) => Object.values(row)),
      table: String(made?.["sql"]),
    };
  } finally {
    db.close();
  }
}

/** Makes an empty table like the colony's own, indexed or bare, as durable as a colony is. */
export function openRawStore(
  dir: string,
  { columns, rows, table }: RawRows,
  shape: "same" | "bare",
): RawStore {
  const db = new DatabaseSync(join(dir, `raw-${shape}-${Math.round(performance.now() * 1e3)}.db`));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
  db.exec([table, ...(shape === "same" ? INDEXES : [])].join(";"));
  const insert = db.prepare(
    `INSERT INTO events (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  const [seqAt, agentAt] = [columns.indexOf("seq"), columns.indexOf("agent")];
  let seq = 0;
  const insertOne = (): void => {
    const row = [...(rows[seq % rows.length] ?? [])];
    row[agentAt] = Number(row[agentAt]) + Math.floor(seq / rows.length) * 1_000_000;
    seq += 1;
    row[seqAt] = seq;
    insert.run(...row);
  };
  return {
    insert(count, groupSize) {
      for (let done = 0; done < count; done += groupSize) {
        db.exec("BEGIN IMMEDIATE");
        for (let left = Math.min(groupSize, count - done); left > 0; left -= 1) insertOne();
        db.exec("COMMIT");
      }
    },
    [Symbol.dispose]: () => db.close(),
  };
}
