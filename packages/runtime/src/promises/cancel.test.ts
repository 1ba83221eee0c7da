import { defineTool } from "@colony/core";
import { checkPromises, createGate, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, results, spawns } from "../testing/said.ts";

const NEVER = createGate().opened;
const busy = Object.assign(new Error("busy"), { statusCode: 429, responseHeaders: { "retry-after": "30" } });

describe("after a cancel", () => {
  it.each<[string, (late: Promise<void>) => ScriptedTurn]>([
    ["a model that does not heed its signal", (during) => ({ text: "late", during, abort: "deaf" })],
    ["a model that answers with nothing", (during) => ({ text: "", during, abort: "deaf" })],
    ["a model that is to be tried again", () => ({ throws: busy })],
    ["a tool that hears nothing", () => calls(["deaf", {}])],
  ])("of %s no model call starts any more", async (_way, turn) => {
    const gate = createGate();
    const deaf = defineTool({
      name: "deaf",
      description: "hears no signal",
      input: z.object({}),
      effect: "pure",
      run: () => gate.opened,
    });
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: () => turn(gate.opened),
      overseerOptions: { tools: [deaf] },
    });
    const receipt = await colony.inject("go");
    await machine.settled();
    await colony.overseer.cancel({ reason: "enough" });
    gate.open();
    await machine.later(600_000);
    expect(await receipt.outcome()).toMatchObject({ status: "cancelled", error: { message: "enough" } });
    expect(overseer.requests).toHaveLength(1);
    expect(await machine.of("MODEL_CALL_STARTED")).toHaveLength(1);
  });

  it("nobody waits any longer, also where the next input is begun with at once", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: () => ({ text: "never", before: NEVER }) });
    const first = await colony.inject("go");
    await machine.settled();
    await colony.inject("and then", { mode: "queue" });
    // No time goes by here: whoever waits for it waits for ever.
    await colony.overseer.cancel({ reason: "enough" });
    expect(await first.outcome()).toMatchObject({ status: "cancelled" });
    expect(colony.overseer.record.execution).toMatchObject({ number: 2, status: "running" });
    await colony.overseer.cancel();
  });

  it("and the death of its process before the end is written, the next process writes the end and asks nobody", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: () => ({ text: "never", before: NEVER }) });
    first.colony.events$.subscribe(({ type }) => {
      if (type === "CANCEL_REQUESTED") first.life.kill();
    });
    await first.colony.inject("go", { idempotencyKey: "1" });
    await machine.settled();
    void first.colony.overseer.cancel({ reason: "enough" });
    await first.life.death;
    const { colony, overseer } = await machine.start({ overseer: echoes });
    const receipt = await colony.inject("go", { idempotencyKey: "1" });
    expect(await receipt.outcome()).toMatchObject({ status: "cancelled", error: { message: "enough" } });
    expect(overseer.requests).toHaveLength(0);
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("what finishes late changes nothing any more: neither the end nor the conversation", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => ({ text: "late", during: gate.opened, abort: "deaf" }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    await worker.cancel();
    const report = await worker.report();
    const head = colony.head();
    gate.open();
    await machine.later(60_000);
    expect(colony.head()).toBe(head);
    expect(worker.record).toMatchObject({ status: "closed", execution: { status: "cancelled" } });
    expect(await worker.report()).toEqual(report);
    await expect(worker.cancel()).rejects.toMatchObject({ code: "execution.ended" });
    expect(colony.head()).toBe(head);
  });
});

it("an end that came first stands: what is finished cannot be cancelled", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({ overseer: [], worker: () => ({ text: "done" }) });
  const worker = await colony.spawn("helper", { task: "t" });
  await worker.report();
  await expect(worker.cancel()).rejects.toMatchObject({ code: "execution.ended" });
  expect(await worker.stop()).toEqual([]);
  expect(await worker.report()).toMatchObject({ status: "success" });
  expect(await machine.of("CANCEL_REQUESTED")).toEqual([]);
});

it("after a stop nothing of the tree has an effect: no call, no event, no timer, however long one waits", async () => {
  await using machine = new Machine();
  const ran: string[] = [];
  const poll = defineTool({
    name: "poll",
    description: "works for a while",
    input: z.object({}),
    effect: "pure",
    run: async (_input, { signal }) => {
      await machine.ground.clock.sleep(1_000, { signal });
      ran.push("polled");
    },
  });
  const { colony, overseer, worker } = await machine.start({
    overseer: (request) =>
      results(request).length === 0 ? spawns("a", "b", "c", "d", "e", "f") : { text: "started" },
    worker: (request) => (results(request).length === 0 ? calls(["poll", {}]) : { throws: busy }),
    helper: { tools: [poll] },
  });
  await colony.inject("go");
  await machine.later(1_500);
  await colony.inject("one more thing");
  await colony.stop();
  await machine.settled();
  const before = [colony.head(), ran.length, overseer.requests.length, worker.requests.length];
  await machine.later(86_400_000);
  expect([colony.head(), ran.length, overseer.requests.length, worker.requests.length]).toEqual(before);
  expect(machine.ground.clock.pending()).toBe(0);
});

it("what a person starts after having spoken again is not taken for what was on its way", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
  await colony.stop();
  await expect(colony.spawn("helper", { task: "t" })).rejects.toMatchObject({ code: "spawn.refused" });
  await colony.inject("go on");
  const worker = await colony.spawn("helper", { task: "t" });
  expect(await worker.report()).toMatchObject({ status: "success" });
});

it("a worker that is being stopped when its host dies does nothing more at the next start", async () => {
  await using machine = new Machine();
  const parts = {
    overseer: [],
    worker: () => ({ text: "never", before: NEVER }),
    helper: { lifetime: "persistent" },
  } as const;
  const first = await machine.start(parts);
  const worker = await first.colony.spawn("helper", { task: "t" });
  await machine.settled();
  await worker.inject("and then this", { mode: "queue" });
  first.colony.select({ types: ["CANCEL_REQUESTED"] }).subscribe(() => first.life.kill());
  void worker.stop();
  await machine.settled();
  expect(first.life.alive).toBe(false);
  const { colony, worker: model } = await machine.start(parts);
  await colony.idle();
  expect(colony.agent(worker.id).record).toMatchObject({
    status: "closed",
    execution: { status: "cancelled" },
  });
  expect(await machine.of("INPUT_DISCARDED")).toHaveLength(1);
  expect(model.requests).toEqual([]);
  expect(checkPromises(await machine.events())).toEqual([]);
});

it("what waits for its turn can be taken back, and is not done later", async () => {
  await using machine = new Machine();
  const { colony, overseer } = await machine.start({ overseer: () => ({ text: "never", before: NEVER }) });
  const first = await colony.inject("first");
  await machine.settled();
  const second = await colony.inject("second");
  await colony.stop({ reason: "enough" });
  expect(await second.withdraw({ reason: "enough" })).toBe(true);
  expect(await second.withdraw()).toBe(false);
  expect(await first.withdraw()).toBe(false);
  expect(await second.outcome()).toMatchObject({ status: "discarded" });
  await colony.inject("third");
  await machine.settled();
  expect(overseer.requests).toHaveLength(2);
  const said = JSON.stringify(overseer.requests.at(-1)?.prompt);
  expect(said).toContain("has been stopped by a person");
  expect(said).not.toContain("second");
  await colony.stop();
  expect(checkPromises(await machine.events())).toEqual([]);
});
