import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOGGER, defineTool } from "@colony/core";
import {
  checkPromises,
  createManualClock,
  createScriptedModel,
  readAll,
  type ManualClock,
} from "@colony/testkit";
import { openSqliteStore } from "@colony/storage-sqlite";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import { openColonyReader } from "./reader.ts";
import { pruneFolder } from "./retention-folder.ts";
import { calls, results } from "./testing/said.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-pruned-"));
});
afterEach(() => rm(root, { recursive: true }));

const HOUR = 3_600_000;

/** Its workers each look something up that is too long for the log: `shared` is the same for all whose task says so. */
async function open(dir: string, clock = createManualClock({ now: Date.now() })): Promise<Colony> {
  const look = defineTool({
    name: "look",
    description: "looks it up",
    input: z.object({ what: z.string() }),
    effect: "pure",
    run: ({ what }) => what.repeat(40_000),
  });
  const model = createScriptedModel((request) => {
    const what = JSON.stringify(request.prompt).includes("shared") ? "s" : "m";
    return results(request).length === 0 ? calls(["look", { what }]) : { text: "looked" };
  });
  return await openColony({
    dir,
    clock,
    logger: SILENT_LOGGER,
    durability: "normal",
    overseer: { model: createScriptedModel([]) },
    workers: { helper: defineWorker({ model, tools: [look] }) },
  });
}

const filesIn = async (dir: string): Promise<number> =>
  (await readdir(join(dir, "blobs"), { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  ).length;

/** A clock that stands 30 hours ago. */
const longAgo = (): ManualClock => createManualClock({ now: Date.now() - 30 * HOUR });

describe("a folder that is pruned while nobody has it open", () => {
  it("loses bodies to which nothing refers any more, and keeps those that others share", async () => {
    const dir = join(root, "colony");
    const clock = longAgo();
    const colony = await open(dir, clock);
    const end = async (task: string, name: string): Promise<void> =>
      void (await (await colony.spawn("helper", { task, name })).report());
    await end("shared", "old-one");
    await end("mine", "old-two");
    await clock.advance(29 * HOUR);
    await end("shared", "young");
    await colony.close();
    const before = await filesIn(dir);
    const size = await pruneFolder(dir);
    expect(size).toMatchObject({ agents: 2, bodies: 1, bodiesSizeBytes: 40_000 });
    expect(await filesIn(dir)).toBe(before - 1);
    const again = await open(dir);
    const young = JSON.stringify(await again.agent("young").conversation());
    const sha256 = /"sha256":"([0-9a-f]{64})"/.exec(young)?.[1] ?? "";
    expect((await again.blob(sha256)).length).toBe(40_000);
    expect(await (await again.spawn("helper", { task: "mine", name: "next" })).report()).toMatchObject({
      summary: "looked",
    });
    await again.close();
    const store = await openSqliteStore({ dir, access: "reader" });
    expect(checkPromises(await readAll(store.log))).toEqual([]);
    await store.close();
  });

  it("is weighed by whoever looks at it, and says of a pruned worker what was pruned and what is left", async () => {
    const dir = join(root, "colony");
    const colony = await open(dir, longAgo());
    await (await colony.spawn("helper", { task: "mine", name: "old" })).report();
    await colony.close();
    await using before = await openColonyReader({ dir });
    const { agents, events, sizeBytes } = await pruneFolder(dir);
    expect({ agents, events, sizeBytes }).not.toEqual({ agents: 0, events: 0, sizeBytes: 0 });
    await using after = await openColonyReader({ dir });
    expect(await after.prunable()).toEqual({ agents: 0, events: 0, sizeBytes: 0 });
    const record = after.find("old");
    expect(record?.prunedAt).toBeDefined();
    const { id } = record ?? { id: colony.overseer.id };
    await expect(after.conversation(id)).rejects.toMatchObject({ code: "agent.pruned" });
    expect(await after.report(id)).toMatchObject({ summary: "looked" });
    expect(after.list({ status: "completed", past: "shown" }).items.map(({ name }) => name)).toEqual(["old"]);
    expect(after.list().items).toEqual([]);
    expect(after.list({ retentionMs: 48 * HOUR }).items).toHaveLength(1);
    expect(before.head()).toBe(after.head());
  });

  it("that somebody has open, or that is none, is refused", async () => {
    const dir = join(root, "colony");
    await expect(pruneFolder(dir)).rejects.toMatchObject({ code: "colony.not_found" });
    const colony = await open(dir);
    await expect(pruneFolder(dir)).rejects.toMatchObject({ code: "colony.in_use" });
    await expect(pruneFolder(dir, { olderThanMs: -1 })).rejects.toMatchObject({ code: "usage.invalid" });
    await colony.close();
    expect(await pruneFolder(dir)).toEqual({
      agents: 0,
      events: 0,
      sizeBytes: 0,
      bodies: 0,
      bodiesSizeBytes: 0,
    });
  });
});
