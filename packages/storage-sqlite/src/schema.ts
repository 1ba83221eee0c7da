import type { DatabaseSync } from "node:sqlite";
import { ColonyError } from "@colony/core";

/** Marks a database as a colony's: "CLNY". */
export const APPLICATION_ID = 0x43_4c_4e_59;

/**
 * The first schema. Ids and types are numbers into `names`; the view `event_list` shows them as people want to read
 * them. An agent's stream and the uniqueness of its versions share one index. The events that are mail, and the few
 * that name another agent's execution, have partial ones, as each index costs on every insert.
 */
const VERSION_1 = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE names (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  agent INTEGER NOT NULL,
  version INTEGER NOT NULL,
  type INTEGER NOT NULL,
  at REAL NOT NULL,
  v INTEGER NOT NULL,
  execution INTEGER,
  execution_id TEXT,
  correlation INTEGER,
  causation INTEGER,
  causation_id TEXT,
  recipient INTEGER,
  data TEXT,
  body TEXT,
  crc INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_stream ON events (agent, version);
CREATE INDEX events_type ON events (type);
CREATE INDEX events_correlation ON events (correlation) WHERE correlation IS NOT NULL;
CREATE INDEX events_mail ON events (recipient) WHERE recipient IS NOT NULL;
CREATE INDEX events_execution ON events (execution_id) WHERE execution_id IS NOT NULL;
CREATE VIEW event_list AS SELECT
  e.seq, a.name AS agent_id, e.version, t.name AS type, datetime(e.at / 1000, 'unixepoch') AS at,
  coalesce(a.name || '.' || e.execution, e.execution_id) AS execution_id,
  c.name AS correlation_id,
  coalesce(a.name || '@' || e.causation, e.causation_id) AS causation_id,
  r.name AS recipient, e.v, e.data, e.body
FROM events e
JOIN names a ON a.no = e.agent
JOIN names t ON t.no = e.type
LEFT JOIN names c ON c.no = e.correlation
LEFT JOIN names r ON r.no = e.recipient;
CREATE TABLE snapshots (
  agent_id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  open INTEGER NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshots_open ON snapshots (agent_id) WHERE open = 1;
`;

/** What model calls under way have said so far, one row for each agent. */
const VERSION_2 = `
CREATE TABLE drafts (agent_id TEXT PRIMARY KEY, call_id TEXT NOT NULL, text TEXT NOT NULL) STRICT;
`;

/**
 * The register: which events belong to an agent, are mail for it, and so on, filed many at a time. An index of SQLite's is
 * written to in as many places as agents are at work, with each commit. Newer events than `registered_to` are not filed yet.
 */
const VERSION_3 = `
DROP INDEX events_stream;
DROP INDEX events_type;
DROP INDEX events_correlation;
DROP INDEX events_mail;
DROP INDEX events_execution;
CREATE TABLE register (
  what TEXT NOT NULL,
  key ANY NOT NULL,
  upto INTEGER NOT NULL,
  seqs TEXT NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY (what, key, upto)
) STRICT, WITHOUT ROWID;
`;

/**
 * Snapshots stand where they were saved first, one beside the other, and an index finds them. In the order of their agents' ids,
 * as they were, each of them touched two pages of its own.
 */
const VERSION_4 = `
DROP INDEX snapshots_open;
ALTER TABLE snapshots RENAME TO former_snapshots;
CREATE TABLE snapshots (
  agent_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  open INTEGER NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
INSERT INTO snapshots SELECT agent_id, version, seq, open, format, state FROM former_snapshots ORDER BY seq;
DROP TABLE former_snapshots;
CREATE INDEX snapshots_open ON snapshots (open) WHERE open = 1;
`;

/** Statements by the schema version that they lead to, from 1. A migration that was released is never changed. */
const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4];

/** The schema version that this release writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema version of a database; 0 for an empty one. Throws `log.newer_schema`. */
export function schemaVersionOf(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > SCHEMA_VERSION)
    throw new ColonyError(
      "log.newer_schema",
      `${path} has the schema version ${version} and this release knows up to ${SCHEMA_VERSION}; use a newer release`,
      { details: { version, known: SCHEMA_VERSION } },
    );
  return version;
}

/** Brings a database to the schema of this release, in the transaction that is open. Only its owner may. */
export function migrate(db: DatabaseSync, path: string): void {
  const version = schemaVersionOf(db, path);
  if (version < SCHEMA_VERSION)
    db.exec(`${MIGRATIONS.slice(version).join("")} PRAGMA user_version = ${SCHEMA_VERSION}`);
}
