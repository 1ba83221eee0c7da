import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { liveOwnerOf } from "./live-owner.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-live-owner-"));
});
afterEach(() => rm(dir, { recursive: true }));

function setOwner(pid: number, machine: string): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.prepare("REPLACE INTO owner VALUES (1, 'token', ?, 'long ago', 'h', ?, 5)").run(pid, machine);
  db.close();
}

it("an open folder is owned by the process that opened it, until it closes it", async () => {
  const store = await openSqliteStore({ dir, access: "owner" });
  expect(liveOwnerOf(dir)).toMatchObject({ pid: process.pid, hostname: hostname(), life: "alive" });
  await store.close();
  expect(liveOwnerOf(dir)).toBeUndefined();
});

it("a dead process of this machine owns nothing; of another machine's nobody here can tell", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  setOwner(process.pid, hostname());
  expect(liveOwnerOf(dir)).toBeUndefined();
  setOwner(7, "some-other-machine");
  expect(liveOwnerOf(dir)).toEqual({ pid: 7, since: 5, hostname: "some-other-machine", life: "unknown" });
});

it("a folder without a colony has no owner that could be asked for", () => {
  expect(() => liveOwnerOf(dir)).toThrow(`there is no colony in ${dir}; name a folder that has a colony.db`);
});
