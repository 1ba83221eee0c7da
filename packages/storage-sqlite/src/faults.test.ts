import { chmod, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId, colonyId, inputId, type Append, type ColonyEvent, type EventLog } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openForWriting } from "./database.ts";
import { createFileBlobStore } from "./file-blob-store.ts";
import { folderAt, prepareBodies, prepareFolder } from "./folder.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { createOwnerLog } from "./owner-log.ts";
import { migrate } from "./schema.ts";
import { createTransactions } from "./transactions.ts";

const containing = (words: string): unknown => expect.stringContaining(words);
const matching = (words: RegExp): unknown => expect.stringMatching(words);
const including = (members: object): unknown => expect.objectContaining(members);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-faults-"));
});
afterEach(() => rm(dir, { recursive: true }));

const append = (agent: string, expectedVersion: number, text: string): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: [
    {
      type: "INPUT_RECEIVED",
      data: { inputId: inputId("in"), kind: "chat", mode: "queue", from: "user", text },
    },
  ],
  at: 1,
});

/** A log whose database the test can hurt. */
function hurtable(): { readonly db: DatabaseSync; readonly log: EventLog; readonly told: ColonyEvent[] } {
  const folder = folderAt(dir);
  prepareFolder(folder);
  prepareBodies(folder);
  const db = openForWriting(folder, "full");
  migrate(db, folder.database);
  const transactions = createTransactions(db, folder);
  const log = createOwnerLog({
    db,
    colonyId: colonyId("c"),
    blobs: createFileBlobStore(folder.blobs),
    write: (body) => transactions.run(body),
  });
  const told: ColonyEvent[] = [];
  log.onAppended((events) => void told.push(...events));
  return { db, log, told };
}

const idsOf = async (log: EventLog) => (await log.read({})).map((event) => [event.seq, event.id]);

const FAULTS = [
  {
    fault: "a full disk",
    hurt: "PRAGMA max_page_count = 1",
    heal: "PRAGMA max_page_count = 1000000",
    words: /disk is full.*make room/,
  },
  {
    fault: "a read-only file",
    hurt: "PRAGMA query_only = 1",
    heal: "PRAGMA query_only = 0",
    words: /readonly database.*check the rights/,
  },
];

describe.each(FAULTS)("on $fault", ({ hurt, heal, words }) => {
  it("a whole group of appends is refused, nothing is told, and all is well when the fault has gone", async () => {
    const { db, log, told } = hurtable();
    await log.append(append("w-1", 0, "before"));
    db.exec(hurt);
    const large = "x".repeat(50_000);
    const refused = await Promise.allSettled([
      log.append(append("w-1", 1, large)),
      log.append(append("new", 0, large)),
      log.append(append("w-1", 9, "conflict")),
    ]);
    for (const outcome of refused)
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "log.write_failed", message: matching(words) },
      });
    expect(log.head()).toBe(1);
    expect(told).toHaveLength(1);

    db.exec(heal);
    const [a, b] = await Promise.all([log.append(append("new", 0, "a")), log.append(append("w-1", 1, "b"))]);
    expect(told).toEqual([including({ id: "w-1@1" }), ...a, ...b]);
    expect(await idsOf(log)).toEqual([
      [1, "w-1@1"],
      [2, "new@1"],
      [3, "w-1@2"],
    ]);
    await log.close();
    db.close();
  });
});

it("a body that cannot be written fails its appends, and the log goes on", async () => {
  const { db, log, told } = hurtable();
  const blobs = join(dir, "blobs");
  await rm(blobs, { recursive: true });
  await writeFile(blobs, "in the way");
  await expect(log.append(append("w-1", 0, "x".repeat(300_000)))).rejects.toMatchObject({
    code: "log.write_failed",
    message: containing("check space and rights"),
  });
  await rm(blobs);
  await log.append(append("w-1", 0, "x".repeat(300_000)));
  expect(told).toHaveLength(1);
  expect(await idsOf(log)).toEqual([[1, "w-1@1"]]);
  await log.close();
  db.close();
});

it("an append that cannot be stored fails alone", async () => {
  const { db, log } = hurtable();
  const circular: Record<string, never> = {};
  Object.assign(circular, { self: circular });
  const bad = append("w-1", 0, "x");
  const outcomes = await Promise.allSettled([
    log.append({ ...bad, at: Number.NaN }),
    log.append({ ...bad, agentId: agentId("\ud83d") }),
    log.append({ ...bad, events: [{ type: "AGENT_OPENED", data: circular }] }),
    log.append({ ...bad, events: [{ type: "AGENT_OPENED", data: {}, causationId: "\ud83d" }] }),
    log.append(append("w-2", 0, "good")),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    "rejected",
    "rejected",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  for (const outcome of outcomes.slice(0, 4))
    expect(outcome).toMatchObject({ reason: { code: "usage.invalid" } });
  expect(await idsOf(log)).toEqual([[1, "w-2@1"]]);
  await log.close();
  db.close();
});

describe("what was damaged on the disk is noticed and named", () => {
  const DAMAGES: readonly (readonly [string, string])[] = [
    ["a bit of the data", "UPDATE events SET data = replace(data, 'hello', 'hellp') WHERE seq = 2"],
    ["data that is no JSON", "UPDATE events SET data = 'x' WHERE seq = 2"],
    ["the time", "UPDATE events SET at = 2 WHERE seq = 2"],
    ["the type", "UPDATE events SET type = agent WHERE seq = 2"],
    ["the agent's name", "UPDATE names SET name = 'w-9' WHERE name = 'w-2'"],
    ["a name that is gone", "DELETE FROM names WHERE name = 'w-2'"],
  ];

  it.each(DAMAGES)("%s", async (_what, damage) => {
    const store = await openSqliteStore({ dir, access: "owner" });
    for (const agent of ["w-1", "w-2", "w-3"]) await store.log.append(append(agent, 0, "hello"));
    await store.close();
    const db = new DatabaseSync(join(dir, "colony.db"));
    db.exec(damage);
    db.close();
    await using again = await openSqliteStore({ dir, access: "reader" });
    await expect(again.log.read({})).rejects.toMatchObject({
      code: "log.corrupt",
      message: matching(/^event 2 cannot be read: /),
      details: { seq: 2 },
    });
    expect(await again.log.read({ after: 2 })).toHaveLength(1);
    expect(await again.log.read({ limit: 1 })).toHaveLength(1);
  });

  it("pages that were zeroed under an open log, whatever is asked of it for the first time", async () => {
    await using store = await openSqliteStore({ dir, access: "owner" });
    for (let version = 0; version < 50; version += 1)
      await store.log.append(append("w-1", version, "x".repeat(5_000)));
    const db = new DatabaseSync(join(dir, "colony.db"));
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    const size = (await stat(join(dir, "colony.db"))).size;
    await using file = await open(join(dir, "colony.db"), "r+");
    await file.write(Buffer.alloc(size), 0, size, 0);
    const reads = [
      {},
      { agentId: agentId("w-1") },
      { types: ["AGENT_OPENED"] },
      { concerning: agentId("w-2") },
    ] as const;
    for (const read of reads)
      await expect(store.log.read(read)).rejects.toMatchObject({ name: "ColonyError", code: "log.corrupt" });
  });

  it("a body in the blob folder", async () => {
    await using store = await openSqliteStore({ dir, access: "owner" });
    await store.log.append(append("w-1", 0, "x".repeat(100_000)));
    const blobs = join(dir, "blobs");
    const [folder = ""] = await readdir(blobs).then((names) => names.filter((name) => name.length === 2));
    const [name = ""] = await readdir(join(blobs, folder));
    const file = join(blobs, folder, name);
    await chmod(file, 0o600);
    await writeFile(file, (await readFile(file, "utf8")).replace("xxx", "xyx"));
    await expect(store.log.read({})).rejects.toMatchObject({ code: "log.corrupt", details: { seq: 1 } });
    await expect(store.blobs.get(folder + name)).rejects.toMatchObject({
      code: "blob.missing",
      message: containing("is damaged"),
    });
    await store.log.append(append("w-2", 0, "x".repeat(100_000)));
    expect(await store.log.read({})).toHaveLength(2);
  });

  it("a snapshot, which is cleared and folded again", async () => {
    await using store = await openSqliteStore({ dir, access: "owner" });
    const snapshot = {
      agentId: agentId("w-1"),
      version: 1,
      seq: 1,
      open: true,
      format: "1",
      state: { a: 1 },
    };
    await store.snapshots.save([snapshot], 1);
    const db = new DatabaseSync(join(dir, "colony.db"));
    db.exec("UPDATE snapshots SET state = '{'");
    db.close();
    await expect(store.snapshots.list("open")).rejects.toMatchObject({
      code: "log.corrupt",
      message: containing("clear the snapshots"),
    });
    await store.snapshots.clear();
    expect(await store.snapshots.list("open")).toEqual([]);
  });
});

it("what a writer left unfinished is swept away when the folder is next owned", async () => {
  await using store = await openSqliteStore({ dir, access: "owner" });
  await store.blobs.put("whole");
  await writeFile(join(dir, "blobs", "unfinished", "half"), "hal");
  await store.close();
  await using next = await openSqliteStore({ dir, access: "owner" });
  expect(await readdir(join(dir, "blobs"))).not.toContain("unfinished");
  await next.blobs.put("another");
});

it("small bodies stay in their rows, large ones go to a blob", async () => {
  await using store = await openSqliteStore({ dir, access: "owner" });
  await store.log.append(append("w-1", 0, "x".repeat(60_000)));
  expect(await readdir(join(dir, "blobs"))).toEqual([]);
  await store.log.append(append("w-1", 1, "漢".repeat(30_000)));
  expect(await readdir(join(dir, "blobs"))).toHaveLength(2);
});

it("a folder that cannot be claimed because another program has it locked is said to be in use", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.exec("BEGIN IMMEDIATE");
  await expect(openSqliteStore({ dir, access: "owner" })).rejects.toMatchObject({
    code: "colony.in_use",
    message: containing("holds"),
  });
  db.exec("ROLLBACK");
  db.close();
});

it("a closed store says that it is closed", async () => {
  const store = await openSqliteStore({ dir, access: "owner" });
  await store.close();
  const closed = { code: "log.closed" };
  await expect(store.log.append(append("w-1", 0, "x"))).rejects.toMatchObject(closed);
  await expect(store.snapshots.list("all")).rejects.toMatchObject(closed);
  await expect(store.snapshots.save([], 1)).rejects.toMatchObject(closed);
});
