import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteSender } from "./open-sqlite-sender.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-sender-"));
});
afterEach(() => rm(dir, { recursive: true }));

function inDatabase(sql: string): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.exec(sql);
  db.close();
}

const opening = (agent: string) =>
  ({
    agentId: agentId(agent),
    expectedVersion: 0,
    events: [{ type: "AGENT_OPENED", data: {} }],
    at: 1,
  }) as const;

it("letters are left beside a live owner, told to it, and taken in the order in which they came", async () => {
  await using owner = await openSqliteStore({ dir, access: "owner" });
  const told = Promise.withResolvers<void>();
  const stop = owner.letters?.onPosted(told.resolve);
  await using sender = await openSqliteSender({ dir });
  await sender.post(() => ({ id: "b", body: "1" }));
  await sender.post(() => ({ id: "a", body: "2" }));
  await told.promise;
  stop?.();
  expect(owner.letters?.waiting()).toMatchObject([
    { id: "b", body: "1" },
    { id: "a", body: "2" },
  ]);
  await owner.letters?.remove("b");
  expect([sender.waits("b"), sender.waits("a")]).toEqual([false, true]);
  await owner.log.append(opening("w-1"));
  expect(await sender.store.log.read({})).toHaveLength(1);
});

it("what a letter is to be is decided on all that is stored by then", async () => {
  await using owner = await openSqliteStore({ dir, access: "owner" });
  await using sender = await openSqliteSender({ dir });
  await owner.log.append(opening("w-1"));
  for (const [id, key] of Object.entries({ first: "k", other: "other", second: "k" }))
    await sender.post(() => ({ id, body: JSON.stringify({ idempotencyKey: key }) }));
  await sender.post(() => ({ id: "no JSON", body: "k" }));
  await sender.post((now) => {
    expect(now.withKey("k").map(({ id }) => id)).toEqual(["first", "second"]);
    expect(now.read({}).map(({ id }) => id)).toEqual(["w-1@1"]);
    return undefined;
  });
  const refused = sender.post(() => {
    throw new Error("not like this");
  });
  await expect(refused).rejects.toThrow("not like this");
  expect(owner.letters?.waiting()).toHaveLength(4);
});

it("letters outlive their owner, and those of a folder that knew none are left all the same", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  inDatabase("DROP TABLE letters");
  await using sender = await openSqliteSender({ dir });
  expect(sender.waits("a")).toBe(false);
  await sender.post(() => ({ id: "a", body: "1" }));
  expect(sender.waits("a")).toBe(true);
  await using next = await openSqliteStore({ dir, access: "owner" });
  expect(next.letters?.waiting()).toMatchObject([{ id: "a" }]);
});

it("nothing is left for an owner on another machine, nor where there is no colony", async () => {
  await expect(openSqliteSender({ dir })).rejects.toMatchObject({ code: "colony.not_found" });
  await (await openSqliteStore({ dir, access: "owner" })).close();
  inDatabase("INSERT INTO owner VALUES (1, 'other', 1, '', 'h', 'some-other-machine', 0)");
  await using sender = await openSqliteSender({ dir });
  await expect(sender.post(() => ({ id: "a", body: "1" }))).rejects.toMatchObject({
    code: "colony.in_use",
    message: matching(
      /process 1 on the machine "some-other-machine" owns .* send what is for it from that machine.*`takeOver: true`$/,
    ),
  });
  expect(sender.waits("a")).toBe(false);
});

it("an owner knows when the folder is not its own any more", async () => {
  const old = await openSqliteStore({ dir, access: "owner" });
  expect(old.letters?.isOurs()).toBe(true);
  await using next = await openSqliteStore({ dir, access: "owner", takeover: true });
  expect([old.letters?.isOurs(), next.letters?.isOurs()]).toEqual([false, true]);
  await expect(old.letters?.remove("a")).rejects.toThrow("has been taken over by another process");
  await old.close();
});
