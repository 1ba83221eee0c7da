import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId, callId } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LETTER_TABLE } from "./letterbox.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { SCHEMA_VERSION } from "./schema.ts";

const containing = (words: string): unknown => expect.stringContaining(words);

const RELEASE_1 = readFileSync(new URL("fixtures/colony-1.sql", import.meta.url), "utf8");

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
  expect(SCHEMA_VERSION).toBe(2);
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

it.each(["owner", "reader"] as const)(
  "a log of a newer release is refused to its %s, untouched",
  async (access) => {
    withDatabase((db) => db.exec(`${RELEASE_1} PRAGMA user_version = 99`));
    const before = withDatabase(schemaOf);
    await expect(openSqliteStore({ dir, access })).rejects.toMatchObject({
      code: "log.newer_schema",
      message: containing("schema version 99 and this release knows up to 2"),
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
