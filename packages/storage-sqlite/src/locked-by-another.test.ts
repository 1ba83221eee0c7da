import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as turn } from "node:timers/promises";
import { agentId, type Append } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteSender } from "./open-sqlite-sender.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-locked-"));
});
afterEach(() => rm(dir, { recursive: true }));

const append = (expectedVersion: number): Append => ({
  agentId: agentId("w-1"),
  expectedVersion,
  events: [{ type: "AGENT_OPENED", data: {} }],
  at: 1,
});

/** Somebody who writes until this process comes to let go: it would never if it only stood and waited. */
function lock(): { release(): Promise<void> } {
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.exec("BEGIN IMMEDIATE");
  return {
    async release() {
      for (let turns = 0; turns < 3; turns += 1) await turn();
      db.exec("ROLLBACK");
      db.close();
    },
  };
}

it("appends wait their turn in order, and the process goes on", async () => {
  await using owner = await openSqliteStore({ dir, access: "owner" });
  const other = lock();
  const appended = [owner.log.append(append(0)), owner.log.append(append(1))];
  const released = other.release();
  await turn();
  appended.push(owner.log.append(append(2)));
  await released;
  const events = (await Promise.all(appended)).flat();
  expect(events.map(({ id }) => id)).toEqual(["w-1@1", "w-1@2", "w-1@3"]);
  expect(await owner.log.read({})).toEqual(events);
});

it("a log that is closed meanwhile either stores what it has accepted or says that it has not", async () => {
  const owner = await openSqliteStore({ dir, access: "owner" });
  const other = lock();
  const appended = owner.log.append(append(0));
  await other.release();
  await owner.close();
  expect(await appended).toMatchObject([{ id: "w-1@1" }]);
});

it("a letter waits its turn to be left, and to be taken away", async () => {
  await using owner = await openSqliteStore({ dir, access: "owner" });
  await using sender = await openSqliteSender({ dir });
  const beforePost = lock();
  const posted = [1, 2].map((n) => sender.post(() => ({ id: `${n}`, body: "{}" })));
  await beforePost.release();
  await Promise.all(posted);
  expect(owner.letters?.waiting().map(({ id }) => id)).toEqual(["1", "2"]);
  const beforeRemoval = lock();
  const removed = owner.letters?.remove("1");
  await beforeRemoval.release();
  await removed;
  expect(owner.letters?.waiting().map(({ id }) => id)).toEqual(["2"]);
});
