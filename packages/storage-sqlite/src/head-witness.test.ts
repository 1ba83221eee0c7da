import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentId, type Append } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore } from "./open-sqlite-store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-witness-"));
});
afterEach(() => rm(dir, { recursive: true }));

const append = (expectedVersion: number): Append => ({
  agentId: agentId("w-1"),
  expectedVersion,
  events: [{ type: "AGENT_OPENED", data: {} }],
  at: 1,
});
const witnessed = async (): Promise<string> => await readFile(join(dir, "colony.head"), "utf8");

it("the newest seq is witnessed before its append resolves, and by the next owner from the beginning", async () => {
  const store = await openSqliteStore({ dir, access: "owner" });
  expect(await witnessed()).toBe("0000000000000000\n");
  for (let version = 0; version < 3; version += 1) {
    await store.log.append(append(version));
    expect(Number(await witnessed())).toBe(version + 1);
  }
  await store.close();
  await using next = await openSqliteStore({ dir, access: "owner" });
  expect(Number(await witnessed())).toBe(next.log.head());
});

it("a log that ends before its witness is refused to its owner, and told to a reader who asks", async () => {
  const store = await openSqliteStore({ dir, access: "owner" });
  await store.log.append(append(0));
  await store.close();
  await writeFile(join(dir, "colony.head"), "0000000000000002\n");
  await expect(openSqliteStore({ dir, access: "owner" })).rejects.toMatchObject({
    code: "log.incomplete",
    details: { head: 1, witnessed: 2 },
  });
  const damages: string[] = [];
  await using reader = await openSqliteStore({
    dir,
    access: "reader",
    onDamage: ({ code }) => void damages.push(code),
  });
  expect(await reader.log.read({})).toHaveLength(1);
  expect(damages).toEqual(["log.incomplete"]);
  await rm(join(dir, "colony.head"));
  await using owner = await openSqliteStore({ dir, access: "owner" });
  expect(owner.log.head()).toBe(1);
});

it.each(["", "garbage", "12", "99999999999999999999"])(
  "a witness that says %j says nothing",
  async (words) => {
    await (await openSqliteStore({ dir, access: "owner" })).close();
    await writeFile(join(dir, "colony.head"), words);
    await using owner = await openSqliteStore({ dir, access: "owner" });
    expect(owner.log.head()).toBe(0);
  },
);

it("where newest commits may be lost nobody testifies", async () => {
  await using store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
  await store.log.append(append(0));
  await expect(stat(join(dir, "colony.head"))).rejects.toMatchObject({ code: "ENOENT" });
});
