import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId, callId, correlationId, executionIdOf, type LogRead } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LETTER_TABLE } from "./letterbox.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { SCHEMA_VERSION } from "./schema.ts";

const containing = (words: string): unknown => expect.stringContaining(words);

const RELEASE_1 = readFileSync(new URL("fixtures/colony-1.sql", import.meta.url), "utf8");
const SCHEMA_2 = readFileSync(new URL("fixtures/colony-2.sql", import.meta.url), "utf8");

const SCHEMA_3 = readFileSync(new URL("fixtures/colony-3.sql", import.meta.url), "utf8");

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-schema-"));
});
afterEach(() => rm(dir, { recursive: true }));

function withDatabase<T>(use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(dir, "colony.db"));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

const schemaOf = (db: DatabaseSync): readonly unknown[] =>
  db
    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    .all()
    .map((row) => row["sql"]);

it("a new colony has the schema that the first release is frozen with, and what later ones have added", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  const frozen = new DatabaseSync(":memory:");
  frozen.exec(RELEASE_1);
  frozen.exec(
    "CREATE TABLE drafts (agent_id TEXT PRIMARY KEY, call_id TEXT NOT NULL, text TEXT NOT NULL) STRICT",
  );
  frozen.exec(LETTER_TABLE);
  for (const index of ["stream", "type", "correlation", "mail", "execution"])
    frozen.exec(`DROP INDEX events_${index}`);
  frozen.exec(`CREATE TABLE register (
  what TEXT NOT NULL,
  key ANY NOT NULL,
  upto INTEGER NOT NULL,
  seqs TEXT NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY (what, key, upto)
) STRICT, WITHOUT ROWID`);
  frozen.exec(`DROP TABLE snapshots; CREATE TABLE snapshots (
  agent_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  open INTEGER NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT; CREATE INDEX snapshots_open ON snapshots (open) WHERE open = 1`);
  expect(SCHEMA_VERSION).toBe(4);
  expect(withDatabase(schemaOf)).toEqual(schemaOf(frozen));
  frozen.close();
});

it("a colony of the first release can be looked at before its next owner has brought it up to date", async () => {
  withDatabase((db) => db.exec(RELEASE_1));
  const before = withDatabase(schemaOf);
  await using reader = await openSqliteStore({ dir, access: "reader" });
  expect(await reader.log.read({})).toHaveLength(3);
  expect(await reader.snapshots.list("open")).toHaveLength(1);
  expect(withDatabase(schemaOf)).toEqual(before);
});

it("a colony of the first release can be opened, read and written", async () => {
  withDatabase((db) => db.exec(RELEASE_1));
  await using store = await openSqliteStore({ dir, access: "owner" });
  expect(store.log.colonyId).toBe("colony-of-release-1");
  const events = await store.log.read({});
  expect(events).toMatchObject([
    { seq: 1, id: "overseer@1", type: "INPUT_RECEIVED", correlationId: "in-1", data: { text: "hello" } },
    { seq: 2, id: "overseer@2", type: "AGENT_OPENED", executionId: "overseer.1", causationId: "overseer@1" },
    { seq: 3, id: "w-1@1", at: 1750000000001.5, executionId: "overseer.1", data: { summary: "found 漢" } },
  ]);
  expect(await store.log.read({ concerning: agentId("overseer") })).toEqual(events);
  expect(await store.snapshots.list("open")).toMatchObject([{ agentId: "overseer", state: { a: 1 } }]);
  const more = { type: "AGENT_OPENED", data: {} } as const;
  const append = { agentId: agentId("w-1"), expectedVersion: 1, events: [more], at: 1 };
  expect(await store.log.append(append)).toMatchObject([{ seq: 4, version: 2 }]);
  const draft = { agentId: agentId("w-1"), callId: callId("w-1.1.m1"), text: "so far" };
  await store.drafts.change({ keep: [draft], forget: [] });
  expect(await store.drafts.list()).toEqual([draft]);
});

/** Every kind of read that an index once answered. */
const READS: readonly (readonly [LogRead, readonly number[]])[] = [
  [{ agentId: agentId("w-1") }, [3, 4, 5]],
  [{ concerning: agentId("overseer") }, [1, 2, 5, 8, 9]],
  [{ types: ["SUBAGENT_REPORT"] }, [5, 8]],
  [{ executionId: executionIdOf(agentId("overseer"), 1) }, [2, 3, 6]],
  [{ correlationId: correlationId("in-hello"), after: 1 }, [5, 8]],
];

it.each(["reader", "owner"] as const)(
  "a colony of the second schema is read by its %s, and written on",
  async (access) => {
    withDatabase((db) => db.exec(SCHEMA_2));
    await using store = await openSqliteStore({ dir, access });
    const events = await store.log.read({});
    expect(events).toHaveLength(9);
    expect(events.at(7)).toMatchObject({ id: "w-2@3", data: { summary: "w-2 found 漢" } });
    for (const [read, seqs] of READS)
      expect((await store.log.read(read)).map(({ seq }) => seq)).toEqual(seqs);
    expect(await store.drafts.list()).toHaveLength(1);
    expect(await store.snapshots.completeTo()).toBe(8);
    if (access === "reader") return;
    const append = {
      agentId: agentId("w-1"),
      expectedVersion: 3,
      events: [{ type: "AGENT_OPENED", data: {} }],
      at: 1,
    } as const;
    expect(await store.log.append(append)).toMatchObject([{ seq: 10, version: 4 }]);
    await expect(store.log.append(append)).rejects.toMatchObject({
      code: "log.conflict",
      details: { version: 4 },
    });
  },
);

it.each(["reader", "owner"] as const)(
  "a colony of the third schema, its snapshots included, is read by its %s, and written on",
  async (access) => {
    withDatabase((db) => db.exec(SCHEMA_3));
    await using store = await openSqliteStore({ dir, access });
    for (const [read, seqs] of READS)
      expect((await store.log.read(read)).map(({ seq }) => seq)).toEqual(seqs);
    expect(await store.log.read({ agentId: agentId("w-4") })).toMatchObject([{ seq: 10, version: 1 }]);
    expect(await store.snapshots.completeTo()).toBe(9);
    const [overseer, worker] = [
      { agentId: "overseer", version: 2, seq: 9, open: true, format: "4", state: { a: 2 } },
      { agentId: "w-1", version: 3, seq: 9, open: false, format: "4", state: { record: "ended" } },
    ];
    expect(await store.snapshots.list("open")).toEqual([overseer]);
    expect(await store.snapshots.list("all")).toEqual(expect.arrayContaining([overseer, worker]));
    expect(await store.snapshots.get(agentId("w-1"))).toEqual(worker);
    if (access === "reader") return;
    const changed = {
      agentId: agentId("overseer"),
      version: 3,
      seq: 10,
      open: false,
      format: "4",
      state: {},
    };
    await store.snapshots.save([changed], 10);
    expect(await store.snapshots.list("open")).toEqual([]);
    expect(await store.snapshots.list("all")).toEqual(expect.arrayContaining([changed, worker]));
  },
);

it("who reads a colony of the second schema goes on reading while its next owner brings it up to date", async () => {
  withDatabase((db) => db.exec(SCHEMA_2));
  await using reader = await openSqliteStore({ dir, access: "reader" });
  expect(await reader.log.read({ agentId: agentId("w-2") })).toHaveLength(3);
  await using owner = await openSqliteStore({ dir, access: "owner" });
  const opened = { type: "AGENT_OPENED", data: {} } as const;
  const events = Array.from({ length: 5_000 }, () => opened);
  await owner.log.append({ agentId: agentId("w-2"), expectedVersion: 3, events, at: 1 });
  expect(await reader.log.read({ agentId: agentId("w-2"), limit: 10_000 })).toHaveLength(5_003);
  for (const [read, seqs] of READS.slice(1))
    expect((await reader.log.read(read)).map(({ seq }) => seq)).toEqual(seqs);
});

/** Seven agents with 40,000 events more. */
function makeLongLog(db: DatabaseSync): void {
  db.exec(SCHEMA_2);
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
    INSERT INTO events SELECT 9 + i, 100 + i % 7, 1 + (i - 1) / 7, 4, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL, 0 FROM n`);
  db.exec("INSERT INTO names SELECT DISTINCT agent, 'x-' || agent FROM events WHERE agent >= 100");
}

const registeredTo = (): number =>
  withDatabase((db) =>
    Number(db.prepare("SELECT value FROM meta WHERE key = 'registered_to'").get()?.["value"] ?? 0),
  );

it("a long log of the second schema is filed when its next owner opens it", async () => {
  withDatabase(makeLongLog);
  await (await openSqliteStore({ dir, access: "owner" })).close();
  expect(registeredTo()).toBeGreaterThan(32_000);
  const agents = withDatabase((db) =>
    db.prepare("SELECT DISTINCT key FROM register WHERE what = 'agent' AND key >= 100").all(),
  );
  expect(agents).toHaveLength(7);
});

it("of an earlier log that is damaged nothing is decided that the damage may concern, and what is new goes on", async () => {
  const page = withDatabase((db) => {
    makeLongLog(db);
    const leaves = "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY pageno";
    return Number(db.prepare(`${leaves} LIMIT 1 OFFSET 100`).get()?.["pageno"]);
  });
  const file = openSync(join(dir, "colony.db"), "r+");
  writeSync(file, Buffer.alloc(4_096, 0x5a), 0, 4_096, (page - 1) * 4_096);
  closeSync(file);
  await using store = await openSqliteStore({ dir, access: "owner" });
  expect(registeredTo()).toBeLessThan(32_000);
  const events = Array.from({ length: 9_000 }, () => ({ type: "AGENT_OPENED" as const, data: {} }));
  await store.log.append({ agentId: agentId("new"), expectedVersion: 0, events, at: 1 });
  expect(registeredTo()).toBeLessThan(32_000);
  expect(await store.log.read({ after: 40_009, limit: 10_000 })).toHaveLength(9_000);
  const unknown = { agentId: agentId("w-1"), expectedVersion: 3, events: events.slice(0, 1), at: 1 };
  await expect(store.log.append(unknown)).rejects.toMatchObject({ code: "log.corrupt" });
  await expect(store.log.read({ agentId: agentId("new") })).rejects.toMatchObject({ code: "log.corrupt" });
});

it.each(["owner", "reader"] as const)(
  "a log of a newer release is refused to its %s, untouched",
  async (access) => {
    withDatabase((db) => db.exec(`${RELEASE_1} PRAGMA user_version = 99`));
    const before = withDatabase(schemaOf);
    await expect(openSqliteStore({ dir, access })).rejects.toMatchObject({
      code: "log.newer_schema",
      message: containing("schema version 99 and this release knows up to 4"),
    });
    expect(withDatabase(schemaOf)).toEqual(before);
  },
);

it("people can read the events with any SQLite tool", async () => {
  withDatabase((db) => db.exec(RELEASE_1));
  const rows = withDatabase((db) => db.prepare("SELECT * FROM event_list ORDER BY seq").all());
  expect(rows.map((row) => ({ ...row }))).toMatchObject([
    { agent_id: "overseer", type: "INPUT_RECEIVED", at: "2025-06-15 15:06:40", correlation_id: "in-1" },
    { execution_id: "overseer.1", causation_id: "overseer@1" },
    { agent_id: "w-1", execution_id: "overseer.1", causation_id: "overseer@2", recipient: "overseer" },
  ]);
});
