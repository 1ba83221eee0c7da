import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId, inputId, type EventLog, type NewEvent } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore, type SqliteStore } from "./open-sqlite-store.ts";

let root = "";
const opened: SqliteStore[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-pruning-"));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(root, { recursive: true });
});

async function open(dir: string, access: "owner" | "reader" = "owner"): Promise<SqliteStore> {
  const store = await openSqliteStore({ dir, access, synchronous: "normal", takeover: true });
  opened.push(store);
  return store;
}

const [A, B] = [agentId("w-a"), agentId("w-b")];
const said = (text: string): NewEvent => ({
  type: "INPUT_RECEIVED",
  data: { inputId: inputId("i"), kind: "chat", mode: "queue", from: "user", text },
});

async function fill(log: EventLog, each: number): Promise<void> {
  for (let version = 0; version < each; version += 100)
    await Promise.all(
      [A, B].map((id) =>
        log.append({
          agentId: id,
          expectedVersion: version,
          events: Array.from({ length: 100 }, (_, index) => said(`${id} ${version + index}`)),
          at: 1,
        }),
      ),
    );
}

const all = { streams: [{ agentId: A, upTo: 1_000_000 }], types: ["INPUT_RECEIVED"] } as const;

describe("a folder of which something was pruned", () => {
  it("finds what is left by agent and by type, also where what is gone had been filed", async () => {
    const dir = join(root, "filed");
    const store = await open(dir);
    await fill(store.log, 6_000);
    expect(await store.log.pruning?.remove(all)).toMatchObject({ events: 5_999 });
    await store.close();
    for (const access of ["reader", "owner"] as const) {
      const again = await open(dir, access);
      expect((await again.log.read({ agentId: A })).map(({ version }) => version)).toEqual([6_000]);
      const others = await again.log.read({ types: ["INPUT_RECEIVED"], limit: 10_000 });
      expect(others).toHaveLength(6_001);
      expect(await again.log.read({ agentId: B, after: 11_000, limit: 3 })).toHaveLength(3);
      await again.close();
    }
    const owner = await open(dir);
    await owner.log.append({ agentId: A, expectedVersion: 6_000, events: [said("more")], at: 2 });
    expect((await owner.log.read({ agentId: A })).map(({ version }) => version)).toEqual([6_000, 6_001]);
    await fill(
      {
        ...owner.log,
        append: (append) => owner.log.append({ ...append, agentId: agentId(`${append.agentId}2`) }),
      },
      3_000,
    );
    expect((await owner.log.read({ agentId: A })).map(({ version }) => version)).toEqual([6_000, 6_001]);
  });

  it("that was copied while it was in use is whole, unless something else is missing", async () => {
    const dir = join(root, "whole");
    const { log } = await open(dir);
    await fill(log, 100);
    await log.pruning?.remove(all);
    await log.pruning?.remove({ ...all, streams: [{ agentId: B, upTo: 20 }] });
    for (const name of ["copy", "lossy"]) await cp(dir, join(root, name), { recursive: true });
    expect((await (await open(join(root, "copy"))).log.read({ agentId: A })).length).toBe(1);
    const db = new DatabaseSync(join(root, "lossy", "colony.db"));
    db.exec("DELETE FROM events WHERE seq = 150");
    db.close();
    await expect(open(join(root, "lossy"))).rejects.toMatchObject({
      code: "log.corrupt",
      message: expect.stringContaining("1 of 200 events are missing") as unknown,
    });
  });

  it("is weighed with its large bodies, beside whoever owns it, and pruned by the owner only", async () => {
    const dir = join(root, "large");
    const { log } = await open(dir);
    const large = "x".repeat(100_000);
    await log.append({
      agentId: A,
      expectedVersion: 0,
      events: [said(large), said("small"), said("last")],
      at: 1,
    });
    const { pruning } = (await open(dir, "reader")).log;
    const weighed = await pruning?.weigh(all);
    expect(weighed?.events).toBe(2);
    expect(weighed?.sizeBytes).toBeGreaterThan(100_000);
    await expect(pruning?.remove(all)).rejects.toMatchObject({
      code: "usage.invalid",
      message: expect.stringContaining("opened to be looked at") as unknown,
    });
    expect(await log.pruning?.remove(all)).toEqual(weighed);
    expect(await pruning?.weigh(all)).toEqual({ events: 0, sizeBytes: 0 });
  });
});
