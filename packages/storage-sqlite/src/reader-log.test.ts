import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentId, type Append, type ColonyEvent } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore, type SqliteStore } from "./open-sqlite-store.ts";

const containing = (words: string): unknown => expect.stringContaining(words);

let dir: string;
let owner: SqliteStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-reader-"));
  owner = await openSqliteStore({ dir, access: "owner" });
});
afterEach(async () => {
  await owner.close();
  await rm(dir, { recursive: true });
});

const append = (agent: string, expectedVersion: number, count: number): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: Array.from({ length: count }, () => ({ type: "AGENT_OPENED", data: {} }) as const),
  at: 1,
});

const POLLS_MS = 700;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("a reader tells new events once, in order, however many they are", async () => {
  await owner.log.append(append("w-1", 0, 5));
  await using reader = await openSqliteStore({ dir, access: "reader" });
  const told: ColonyEvent[] = [];
  const enough = Promise.withResolvers<void>();
  reader.log.onAppended((events) => {
    told.push(...events);
    if (told.length >= 2_501) enough.resolve();
  });
  await owner.log.append(append("w-1", 5, 2_500));
  await owner.log.append(append("w-2", 0, 1));
  await enough.promise;
  expect(told.map((event) => event.seq)).toEqual(Array.from({ length: 2_501 }, (_, index) => index + 6));
});

it("a reader that stopped listening, or was closed, is told nothing more", async () => {
  const reader = await openSqliteStore({ dir, access: "reader" });
  const told: ColonyEvent[] = [];
  const stop = reader.log.onAppended((events) => void told.push(...events));
  stop();
  await owner.log.append(append("w-1", 0, 1));
  await wait(POLLS_MS);
  reader.log.onAppended((events) => void told.push(...events));
  await owner.log.append(append("w-1", 1, 1));
  await reader.close();
  await wait(POLLS_MS);
  expect(told).toEqual([]);
  expect(reader.log.head()).toBe(2);
  await expect(reader.log.read({})).rejects.toMatchObject({ code: "log.closed" });
});

it("a reader refuses to write anything", async () => {
  await owner.snapshots.save(
    [{ agentId: agentId("w-1"), version: 1, seq: 1, open: true, format: "1", state: 1 }],
    1,
  );
  const { sha256 } = await owner.blobs.put("a body");
  await using reader = await openSqliteStore({ dir, access: "reader" });
  const refused = { code: "usage.invalid", message: containing("open it with openColony, or send") };
  await expect(reader.log.append(append("w-1", 0, 1))).rejects.toMatchObject(refused);
  await expect(reader.snapshots.save([], 5)).rejects.toMatchObject(refused);
  await expect(reader.snapshots.clear()).rejects.toMatchObject(refused);
  await expect(reader.blobs.put("x")).rejects.toMatchObject(refused);
  expect(await reader.snapshots.list("open")).toHaveLength(1);
  expect(await reader.blobs.get(sha256)).toBe("a body");
});

it("a reader goes on reading after its owner has closed, and follows the next one", async () => {
  await owner.log.append(append("w-1", 0, 1));
  await using reader = await openSqliteStore({ dir, access: "reader" });
  const told = Promise.withResolvers<readonly ColonyEvent[]>();
  reader.log.onAppended(told.resolve);
  await owner.close();
  expect(await reader.log.read({})).toHaveLength(1);
  owner = await openSqliteStore({ dir, access: "owner" });
  await owner.log.append(append("w-2", 0, 1));
  expect(await told.promise).toMatchObject([{ id: "w-2@1" }]);
});

it("a colony that nobody owns can be read", async () => {
  await owner.log.append(append("w-1", 0, 3));
  await owner.close();
  await using reader = await openSqliteStore({ dir, access: "reader" });
  expect(await reader.log.read({})).toHaveLength(3);
});
