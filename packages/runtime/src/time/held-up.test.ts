import type { EventLog } from "@colony/core";
import { Life, createGate, createMemoryGround, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openColony } from "../open-colony.ts";
import { ColonyPlace } from "../testing/colony-process.ts";
import { Machine } from "../testing/machine.ts";
import { HostClock } from "./host-clock.ts";

const HOURS_8 = 8 * 3_600_000;

describe("a machine that sleeps for hours", () => {
  it("charges nobody with that time: no limit of a worker is reached, and none is lifted", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: [],
      worker: async (request) => {
        if (request.prompt.length < 4) await gate.opened;
        return { text: "done" };
      },
      helper: { limits: { softWallMs: 50_000, hardWallMs: 60_000, stallMs: 45_000 } },
    });
    const workers = [
      await colony.spawn("helper", { task: "a" }),
      await colony.spawn("helper", { task: "b" }),
    ];
    await machine.later(10_000);
    machine.ground.clock.suspend(HOURS_8);
    await machine.later(20_000);
    expect(await machine.of("EXECUTION_TIMED_OUT")).toEqual([]);
    expect(await machine.of("EXECUTION_FAILED")).toEqual([]);
    const heldUp = await machine.of("EXECUTION_HELD_UP");
    expect(heldUp.map(({ agentId, data }) => [agentId, data.ms])).toEqual(
      workers.map(({ id }) => [id, HOURS_8]),
    );
    gate.open();
    for (const worker of workers)
      expect(await worker.report()).toMatchObject({ status: "success", durationMs: 30_000 });
  });

  it("leaves what was left of each limit", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => new Promise(() => undefined),
      helper: { limits: { softWallMs: 50_000, hardWallMs: 60_000 } },
    });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(10_000);
    machine.ground.clock.suspend(HOURS_8);
    machine.ground.clock.suspend(HOURS_8);
    await machine.later(49_000);
    expect(worker.record.execution?.status).toBe("running");
    await machine.later(2_000);
    expect(await worker.report()).toMatchObject({ status: "timed_out", cause: "timeout" });
  });

  it("spends nothing of a budget of time, however many are at work side by side", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => new Promise(() => undefined),
      helper: {},
    });
    await colony.setBudget({ wallMs: 60_000 });
    const workers = await Promise.all(["a", "b", "c"].map((task) => colony.spawn("helper", { task })));
    await machine.later(10_000);
    machine.ground.clock.suspend(HOURS_8);
    await machine.later(40_000);
    for (const { record } of workers) expect(record.execution?.status).toBe("running");
    await machine.later(20_000);
    for (const worker of workers) expect(await worker.report()).toMatchObject({ cause: "budget_exhausted" });
  });

  it("does not shorten the life of what is begun while it is being recorded", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => new Promise(() => undefined),
      helper: { limits: { hardWallMs: 60_000 } },
    });
    await colony.spawn("helper", { task: "a" });
    await machine.settled();
    machine.ground.clock.suspend(HOURS_8);
    const late = await colony.spawn("helper", { task: "b" });
    await machine.later(59_000);
    expect(late.record.execution?.status).toBe("running");
    await machine.later(2_000);
    expect(await late.report()).toMatchObject({ cause: "timeout" });
  });

  it.each(["EXECUTION_STARTED", "EXECUTION_HELD_UP"] as const)(
    "does not shorten the life of what is begun, whether or not the log has taken %s by then",
    async (slow) => {
      const ground = createMemoryGround();
      const life = new Life(ground);
      const { log, snapshots, blobs } = life;
      const taken = createGate();
      const append: EventLog["append"] = async (given) => {
        if (given.events.some(({ type }) => type === slow)) await taken.opened;
        return await log.append(given);
      };
      const model = life.model(createScriptedModel(() => new Promise(() => undefined)));
      await using colony = await openColony({
        ...life.options,
        store: { snapshots, blobs, log: { ...log, append } },
        limits: { shutdownGraceMs: 0 },
        overseer: { model },
        workers: { helper: defineWorker({ model, limits: { hardWallMs: 60_000 } }) },
      });
      const first = await colony.spawn("helper", { task: "a" });
      ground.clock.suspend(HOURS_8);
      const second = await colony.spawn("helper", { task: "b" });
      await ground.clock.advance(1_000);
      taken.open();
      await ground.clock.advance(60_000);
      for (const worker of [first, second])
        expect(await worker.report()).toMatchObject({ cause: "timeout", durationMs: 60_000 });
    },
  );

  it("is told of those who are at work here, and of nobody who waits for a place since another host died", async () => {
    await using machine = new Machine();
    const parts = { overseer: [], worker: () => new Promise<never>(() => undefined), helper: {} };
    const { colony, life } = await machine.start(parts);
    for (const task of ["a", "b"]) await colony.spawn("helper", { task });
    await machine.settled();
    life.kill();
    await machine.start({ ...parts, limits: { concurrency: 1 } });
    await machine.settled();
    machine.ground.clock.suspend(HOURS_8);
    await machine.settled();
    expect(await machine.of("EXECUTION_HELD_UP")).toHaveLength(1);
  });

  it("that dies before it is recorded has charged nobody either", async () => {
    await using machine = new Machine();
    const parts = {
      overseer: [],
      worker: () => new Promise<never>(() => undefined),
      helper: { limits: { hardWallMs: 60_000 } },
    };
    const first = await machine.start(parts);
    const { id } = await first.colony.spawn("helper", { task: "a" });
    await machine.later(10_000);
    first.life.kill();
    machine.ground.clock.suspend(HOURS_8);
    const { colony } = await machine.start(parts);
    await machine.later(40_000);
    expect(colony.agent(id).record.execution?.status).toBe("running");
  });

  it("has all its patience again for a model that was in the middle of an answer", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: [],
      worker: [{ text: ["half ", "an answer"], during: gate.opened }],
      helper: { timeouts: { firstTokenMs: 10_000, idleMs: 10_000 } },
    });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(9_000);
    machine.ground.clock.suspend(HOURS_8);
    await machine.later(9_000);
    expect(await machine.of("MODEL_CALL_FAILED")).toEqual([]);
    gate.open();
    expect(await worker.report()).toMatchObject({ summary: "half an answer" });
  });

  it("still notices a model that says nothing more", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: [{ text: "half", during: createGate().opened }, { text: "whole" }],
      helper: { timeouts: { firstTokenMs: 10_000, idleMs: 10_000 } },
    });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(9_000);
    machine.ground.clock.suspend(HOURS_8);
    await machine.later(60_000);
    expect(await machine.of("MODEL_CALL_FAILED")).toHaveLength(1);
    expect(await worker.report()).toMatchObject({ summary: "whole" });
  });

  it("does not make anybody wait longer for the next try of a model", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, worker: model } = await machine.start({
      overseer: [],
      worker: async (_request, index) => {
        if (index > 0) return { text: "done" };
        await gate.opened;
        return { throws: Object.assign(new Error("try again"), { statusCode: 503, isRetryable: true }) };
      },
      helper: { limits: { softWallMs: 3_000_000, hardWallMs: 3_600_000 } },
    });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(10_000);
    machine.ground.clock.suspend(HOURS_8);
    await machine.settled();
    gate.open();
    await machine.later(10_000);
    expect(model.requests).toHaveLength(2);
    expect(await worker.report()).toMatchObject({ status: "success" });
  });

  it("counts for nobody who is not at work", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: () => ({ text: "yes" }) });
    await (await colony.inject("hello")).reply();
    const head = colony.head();
    machine.ground.clock.suspend(HOURS_8);
    await machine.settled();
    expect(colony.head()).toBe(head);
    expect(await (await colony.inject("good morning")).reply()).toBe("yes");
  });
});

describe("a clock that is set back in the middle of work", () => {
  const forEver = { overseer: [], worker: () => new Promise<never>(() => undefined) } as const;

  /** One whose clock can be set back for long. */
  const lateMachine = (): Machine => {
    const machine = new Machine();
    machine.ground.clock.suspend(10 * HOURS_8);
    return machine;
  };

  it.each([20_000, HOURS_8])("by %i ms leaves what was left of each limit, and no more", async (ms) => {
    await using machine = lateMachine();
    const { colony } = await machine.start({ ...forEver, helper: { limits: { hardWallMs: 60_000 } } });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(10_000);
    machine.ground.clock.setBack(ms);
    await machine.later(49_000);
    expect(worker.record.execution?.status).toBe("running");
    await machine.later(2_000);
    expect(await worker.report()).toMatchObject({ status: "timed_out", durationMs: 60_000 });
    const heldUp = await machine.of("EXECUTION_HELD_UP");
    expect(heldUp.map(({ data }) => data.ms)).toEqual([-ms]);
  });

  it("leaves what was left of a budget of time, and no more", async () => {
    await using machine = lateMachine();
    const { colony } = await machine.start({ ...forEver, helper: {} });
    await colony.setBudget({ wallMs: 60_000 });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(10_000);
    machine.ground.clock.setBack(HOURS_8);
    await machine.later(49_000);
    expect([worker.record.execution?.status, colony.budget().spent.wallMs]).toEqual(["running", 59_000]);
    await machine.later(2_000);
    expect(await worker.report()).toMatchObject({ cause: "budget_exhausted" });
  });

  it("is noticed as a stall all the same, and not at once", async () => {
    await using machine = lateMachine();
    const { colony } = await machine.start({ ...forEver, helper: { limits: { stallMs: 45_000 } } });
    const worker = await colony.spawn("helper", { task: "a" });
    await machine.later(10_000);
    machine.ground.clock.setBack(HOURS_8);
    await machine.later(34_000);
    expect(worker.record.execution?.status).toBe("running");
    await machine.later(2_000);
    expect(await worker.report()).toMatchObject({ cause: "stalled" });
  });

  it.each([20_000, HOURS_8])(
    "by %i ms does not make anybody wait longer for the next try of a model",
    async (ms) => {
      await using machine = lateMachine();
      const { colony, worker: model } = await machine.start({
        overseer: [],
        worker: (_request, index) =>
          index === 0
            ? { throws: Object.assign(new Error("try again"), { statusCode: 503, isRetryable: true }) }
            : { text: "done" },
        helper: { limits: { hardWallMs: 60_000 } },
      });
      const worker = await colony.spawn("helper", { task: "a" });
      await machine.settled();
      machine.ground.clock.setBack(ms);
      await machine.later(5_000);
      expect(model.requests).toHaveLength(2);
      expect(await worker.report()).toMatchObject({ status: "success" });
    },
  );
});

it("the time of a host stands still until it is settled for how long it was held up", () => {
  const listeners: ((ms: number) => void)[] = [];
  let now = 1_000;
  const clock = new HostClock({
    now: () => now,
    after: () => () => undefined,
    sleep: async () => undefined,
    onHeldUp: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
  });
  now += 500;
  expect(clock.now()).toBe(1_500);
  now += HOURS_8;
  for (const listener of listeners) listener(HOURS_8);
  expect([clock.now(), clock.timeOfDay()]).toEqual([1_500, 1_500 + HOURS_8]);
  now += HOURS_8;
  for (const listener of listeners) listener(HOURS_8);
  expect(clock.now()).toBe(1_500);
  clock.settle(HOURS_8);
  expect(clock.now()).toBe(1_500 + HOURS_8);
  clock.settle(HOURS_8);
  expect(clock.now()).toBe(1_500 + 2 * HOURS_8);
});

describe("a process that is stopped and goes on", () => {
  let place: ColonyPlace;
  beforeEach(async () => {
    place = await ColonyPlace.make();
  });
  afterEach(() => place[Symbol.asyncDispose]());

  it("wakes up without a timeout of its model, of a tool or of an execution", async () => {
    const host = place.run(`
      const wait = defineTool({
        name: "wait", description: "waits", input: z.object({}), effect: "pure", timeoutMs: 3_000,
        run: async () => { say("in tool"); await goesOn; return "waited"; },
      });
      const goesOn = told();
      const model = createScriptedModel(async (request) => {
        if (request.prompt.some(({ role }) => role === "tool")) return { text: "done" };
        if (heard(request).includes("tool")) return { toolCalls: [{ name: "wait", input: {} }] };
        say("in model");
        await goesOn;
        return { text: "done" };
      });
      const colony = await openColony({
        dir, overseer: { model },
        workers: { helper: defineWorker({
          model, tools: [wait], limits: { softWallMs: 4_000, hardWallMs: 4_500, stallMs: 4_000 },
          timeouts: { firstTokenMs: 3_000, idleMs: 3_000 },
        }) },
      });
      const workers = [await colony.spawn("helper", { task: "tool" }), await colony.spawn("helper", { task: "model" })];
      for (const worker of workers) say((await worker.report()).summary);
      for await (const { type, data } of colony.feed({ until: colony.head() }))
        if (type === "EXECUTION_HELD_UP") say(data.ms >= 6_000 ? "held up" : "held up for " + data.ms);
      await colony.close();
    `);
    expect(new Set([await host.line(), await host.line()])).toEqual(new Set(["in model", "in tool"]));
    host.child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 6_500));
    host.child.kill("SIGCONT");
    host.tell();
    const said = [await host.line(), await host.line(), await host.line(), await host.line()];
    expect(said).toEqual(["done", "done", "held up", "held up"]);
  }, 30_000);
});
