import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOGGER, defineTool } from "@colony/core";
import { checkPromises, createGate, createScriptedModel, readAll } from "@colony/testkit";
import { openSqliteStore } from "@colony/storage-sqlite";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import { openColonyReader } from "../reader.ts";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, newest, results } from "../testing/said.ts";

const NEVER = createGate().opened;

describe("a definition that is not there", () => {
  it("keeps its workers waiting where everybody can see it, and they run when it is there again", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: [], worker: () => ({ text: "never", before: NEVER }) });
    const { id } = await first.colony.spawn("helper", { task: "t", name: "Tom" });
    await machine.settled();
    first.life.kill();

    const second = await machine.start({ overseer: echoes });
    await machine.later(3_600_000);
    expect(second.colony.agents().find(({ name }) => name === "Tom")).toMatchObject({
      status: "open",
      execution: { status: "running", attempt: 1 },
    });
    expect(await (await second.colony.inject("hello")).reply()).toBe("re: hello");
    await second.colony.idle();
    expect(await machine.of("SUBAGENT_REPORT")).toEqual([]);
    await machine.close();

    const third = await machine.start({ overseer: [], worker: () => ({ text: "done" }) });
    expect(await third.colony.agent(id).report()).toMatchObject({ status: "success", summary: "done" });
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});

describe("an agent at work", () => {
  it("is not disturbed by any number of readers of its folder", async () => {
    const root = await mkdtemp(join(tmpdir(), "colony-readers-"));
    const dir = join(root, "colony");
    try {
      const gate = createGate();
      let runs = 0;
      const slow = defineTool({
        name: "slow",
        description: "takes its time",
        input: z.object({}),
        effect: "once",
        run: async () => {
          runs += 1;
          await gate.opened;
          return "done slowly";
        },
      });
      const model = createScriptedModel((request) =>
        results(request).length === 0 ? calls(["slow", {}]) : { text: results(request).join() },
      );
      const colony = await openColony({
        dir,
        durability: "normal",
        logger: SILENT_LOGGER,
        overseer: { model, tools: [slow] },
      });
      const receipt = await colony.inject("go");
      await colony.waitFor({ types: ["TOOL_CALL_STARTED"] }, { after: 0 });
      for (let readers = 0; readers < 5; readers += 1) {
        await using reader = await openColonyReader({ dir });
        expect(reader.agents()).toMatchObject([{ execution: { status: "running", attempt: 1 } }]);
        await expect(openSqliteStore({ dir, access: "owner" })).rejects.toMatchObject({
          code: "colony.in_use",
        });
      }
      gate.open();
      expect(await receipt.reply()).toContain("done slowly");
      await colony.close();
      const store = await openSqliteStore({ dir, access: "reader" });
      const events = await readAll(store.log);
      await store.close();
      expect(events.filter(({ type }) => type === "EXECUTION_STARTED")).toHaveLength(1);
      expect(checkPromises(events)).toEqual([]);
      expect(runs).toBe(1);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it("is one execution at a time, whoever says what how often", async () => {
    await using machine = new Machine();
    let most = 0;
    const { colony, overseer } = await machine.start({
      overseer: (request) => {
        most = Math.max(most, overseer.active());
        return echoes(request);
      },
    });
    const texts = Array.from({ length: 20 }, (_, index) => `input ${index}`);
    const receipts = await Promise.all(texts.map((text) => colony.inject(text)));
    const replies = await Promise.all(receipts.map((receipt) => receipt.reply()));
    expect(replies).toEqual(texts.map((text) => `re: ${text}`));
    expect(overseer.requests.map(newest)).toEqual(texts);
    expect(most).toBe(1);
  });
});

describe("an input", () => {
  it("under the same key for two agents is two inputs", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: echoes,
      helper: { lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.report();
    const [one, two] = [
      await colony.inject("hello", { idempotencyKey: "k" }),
      await worker.inject("hello", { idempotencyKey: "k", mode: "queue" }),
    ];
    expect(one.inputId).not.toBe(two.inputId);
    expect([await one.reply(), await two.reply()]).toEqual(["re: hello", "re: hello"]);
  });

  it("that is refused leaves what is under way alone", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, overseer } = await machine.start({
      overseer: (request) => ({ ...echoes(request), before: gate.opened }),
    });
    const receipt = await colony.inject("one", { idempotencyKey: "k" });
    await machine.settled();
    const head = colony.head();
    await expect(colony.inject("two", { idempotencyKey: "k" })).rejects.toMatchObject({
      code: "input.key_conflict",
    });
    await expect(colony.inject("  ")).rejects.toMatchObject({ code: "input.invalid" });
    expect(colony.head()).toBe(head);
    gate.open();
    expect(await receipt.reply()).toBe("re: one");
    expect(overseer.requests).toHaveLength(1);
  });

  it("that waits when its process dies comes before what is said to the next one", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: () => ({ text: "never", before: NEVER }) });
    await first.colony.inject("one");
    await first.colony.inject("two");
    await machine.settled();
    first.life.kill();
    const { colony, overseer } = await machine.start({ overseer: echoes });
    await (await colony.inject("three")).reply();
    expect(overseer.requests.map(newest)).toEqual(["one", "two", "three"]);
  });
});
