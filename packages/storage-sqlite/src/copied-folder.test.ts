import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ColonyError, agentId, type Append } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore } from "./open-sqlite-store.ts";

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-copies-"));
  dir = join(root, "original");
});
afterEach(() => rm(root, { recursive: true }));

const append = (expectedVersion: number): Append => ({
  agentId: agentId("w-1"),
  expectedVersion,
  events: [{ type: "AGENT_OPENED", data: {} }],
  at: 1,
});

/** A copy of an original that is open, with ten events, and whatever is done to its database. */
async function copied(change: string): Promise<string> {
  await using original = await openSqliteStore({ dir, access: "owner" });
  for (let version = 0; version < 10; version += 1) await original.log.append(append(version));
  const copy = join(root, "copy");
  await cp(dir, copy, { recursive: true });
  const db = new DatabaseSync(join(copy, "colony.db"));
  db.exec(change);
  db.close();
  return copy;
}

it("a copy that was made in use and lacks events in the middle is refused, and not taken for whole", async () => {
  const copy = await copied("DELETE FROM events WHERE seq IN (3, 4)");
  await expect(openSqliteStore({ dir: copy, access: "owner" })).rejects.toMatchObject({
    code: "log.corrupt",
    message: `2 of 10 events are missing in ${copy}, which was copied while it was in use; copy it again while nobody has it open`,
  });
});

it("a copy that is whole waits for the original's process, and belongs to whoever opens it with takeover", async () => {
  const copy = await copied("SELECT 1");
  await expect(openSqliteStore({ dir: copy, access: "owner" })).rejects.toMatchObject({
    code: "colony.in_use",
    details: { copy: true },
  });
  await using owner = await openSqliteStore({ dir: copy, access: "owner", takeover: true });
  expect(await owner.log.read({})).toHaveLength(10);
});

const ORDERS = [
  ["colony.db", "colony.db-wal", "colony.head"],
  ["colony.db-wal", "colony.db", "colony.head"],
  ["colony.head", "colony.db", "colony.db-wal"],
] as const;

it("copies that are made while appends go on are whole up to some event, or refused with a code", async () => {
  const code = `
    import { openSqliteStore } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    const store = await openSqliteStore({ dir: ${JSON.stringify(dir)}, access: "owner" });
    const text = "x".repeat(3_000);
    const event = { type: "INPUT_RECEIVED", data: { inputId: "in", kind: "chat", mode: "queue", from: "user", text } };
    const work = async (agentId) => {
      for (let version = 0; ; version += 2) {
        await store.log.append({ agentId, expectedVersion: version, events: [event, event], at: 1 });
        // Else most of the test would be reading what has been written meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    for (let index = 0; index < 10; index += 1) void work("w-" + index);
    process.stdout.write("ready");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const copies: string[] = [];
  try {
    await once(child.stdout, "data");
    for (let round = 0; round < 18; round += 1) {
      const copy = join(root, `copy-${round}`);
      await mkdir(copy);
      for (const file of ORDERS[round % ORDERS.length] ?? []) {
        await copyFile(join(dir, file), join(copy, file));
        if (round % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 50));
      }
      copies.push(copy);
    }
  } finally {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  const outcomes = new Set<string>();
  for (const copy of copies) outcomes.add(await opened(copy));
  expect(["log.corrupt", "log.incomplete", "whole"]).toEqual(expect.arrayContaining([...outcomes]));
});

/** `whole` where a copy has every event up to its head, else the code that it is refused with. */
async function opened(copy: string): Promise<string> {
  try {
    await using store = await openSqliteStore({ dir: copy, access: "owner" });
    const seqs: number[] = [];
    for (let full = true; full;) {
      const page = await store.log.read({ after: seqs.length });
      seqs.push(...page.map(({ seq }) => seq));
      full = page.length === 1_000;
    }
    const isWhole = seqs.length === store.log.head() && seqs.every((seq, index) => seq === index + 1);
    return isWhole ? "whole" : `${seqs.length} of ${store.log.head()}`;
  } catch (error) {
    if (error instanceof ColonyError) return error.code;
    throw error;
  }
}
