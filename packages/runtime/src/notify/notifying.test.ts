import { ColonyError, type EventLog, type Notification } from "@colony/core";
import { createGate, createScriptedModel, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { calls, newest, results } from "../testing/said.ts";
import { settled } from "../testing/settled.ts";
import { Receiver, ground, noticeEvents, openOn } from "../testing/told.ts";

const atWork: ModelScript = () => ({ text: "late", before: new Promise(() => undefined) });

const task = { task: "Look at the bees.", notify: true };

describe("a worker that was spawned with notify", () => {
  it("is told of once it has ended, once, in few words, and the log says so", async () => {
    const world = ground();
    const notifier = new Receiver();
    await using colony = await openOn(world, { notifier, owner: "ada" });
    const worker = await colony.spawn("helper", { ...task, label: "bees" });
    expect(worker.record).toMatchObject({ notify: true, owner: "ada" });
    await worker.report();
    await settled();
    const [notification, ...more] = notifier.told;
    expect(more).toEqual([]);
    expect(notification).toEqual({
      id: expect.stringMatching(new RegExp(`^${worker.id}@\\d+$`)) as string,
      colonyId: colony.id,
      workerId: worker.id,
      name: null,
      label: "bees",
      role: "helper",
      mark: "ok",
      status: "success",
      seconds: 0,
      text: "all done",
      owner: "ada",
    });
    expect(await noticeEvents(world)).toEqual([`${notification?.id} sent 1`]);
    expect(worker.record.notices).toBeUndefined();
  });

  it("is told of with a warning when it has failed, with whole seconds and the first 200 characters", async () => {
    const world = ground();
    const notifier = new Receiver();
    const hardWallMs = 7_999;
    await using colony = await openOn(world, {
      notifier,
      worker: atWork,
      definition: { limits: { softWallMs: 5_000, hardWallMs }, instructions: "x" },
    });
    const worker = await colony.spawn("helper", task);
    await settled();
    await world.clock.advance(20_000);
    await worker.report();
    await settled();
    expect(notifier.told).toMatchObject([{ mark: "warning", status: "timed_out", seconds: 7 }]);
    expect(notifier.told[0]?.text.length).toBeLessThanOrEqual(200);
  });

  it("is not told of when it was cancelled or stopped, nor is any other worker", async () => {
    const world = ground();
    const notifier = new Receiver();
    await using colony = await openOn(world, { notifier, worker: atWork });
    const cancelled = await colony.spawn("helper", task);
    const stopped = await colony.spawn("helper", task);
    await settled();
    await cancelled.cancel();
    await stopped.stop();
    expect((await cancelled.report())?.status).toBe("cancelled");
    await settled();
    expect(notifier.told).toEqual([]);
    expect(await noticeEvents(world)).toEqual([]);
  });

  it("asks for nothing that others get: one without notify is not told of", async () => {
    const world = ground();
    const notifier = new Receiver();
    await using colony = await openOn(world, { notifier });
    const silent = await colony.spawn("helper", { task: "t" });
    const also = await colony.spawn("helper", { task: "t", notify: false });
    await Promise.all([silent.report(), also.report()]);
    await settled();
    expect(notifier.told).toEqual([]);
    expect(silent.record.notify).toBeUndefined();
    expect(also.record.notify).toBeUndefined();
  });

  it("is refused where there is nobody to tell anybody, and nothing is spawned", async () => {
    await using colony = await openOn(ground());
    await expect(colony.spawn("helper", task)).rejects.toMatchObject({
      code: "spawn.refused",
      message: expect.stringContaining("opened without a notifier") as string,
    });
    expect(colony.agents()).toHaveLength(1);
  });

  it("is spawned by a model where there is a notifier; elsewhere the tool does not know of it", async () => {
    const world = ground();
    const notifier = new Receiver();
    const offered: unknown[] = [];
    const script = (request: Parameters<typeof newest>[0]) => {
      const spawn = request.tools?.find(({ name }) => name === "spawn_worker");
      offered.push(JSON.stringify(spawn).includes("notify"));
      if (results(request).length === 0) return calls(["spawn_worker", { task: "look", notify: true }]);
      return { text: "well" };
    };
    {
      await using colony = await openOn(world, { notifier, script });
      await (await colony.inject("go")).reply();
      await settled();
      expect(notifier.told).toMatchObject([{ role: "helper", text: "all done" }]);
    }
    const silent = ground();
    await using colony = await openOn(silent, { script });
    await (await colony.inject("go")).reply();
    expect(colony.agents().every(({ notify }) => notify === undefined)).toBe(true);
    expect(offered[0]).toBe(true);
    expect(offered.at(-1)).toBe(false);
  });

  it("that is persistent is told of after each of its executions", async () => {
    const world = ground();
    const notifier = new Receiver();
    await using colony = await openOn(world, {
      notifier,
      worker: (request) => ({ text: `did ${newest(request)}` }),
      definition: { lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", task);
    await worker.report();
    await (await worker.inject("again")).outcome();
    await settled();
    expect(notifier.told.map(({ text }) => text)).toEqual(["did Look at the bees.", "did again"]);
    expect(new Set(notifier.told.map(({ id }) => id)).size).toBe(2);
  });
});

describe("a notifier that does not take it", () => {
  const failing = (error: Error) =>
    new Receiver(() => {
      throw error;
    });

  it("harms nothing: it is asked again later and later with the same id, and given up after eight tries", async () => {
    const world = ground();
    const notifier = failing(new Error("nobody there"));
    await using colony = await openOn(world, { notifier });
    const worker = await colony.spawn("helper", task);
    expect((await worker.report())?.status).toBe("success");
    await settled();
    await world.clock.advance(24 * 3_600_000);
    await settled();
    const id = notifier.told[0]?.id ?? "";
    expect(notifier.told.map((each) => each.id)).toEqual(Array.from({ length: 8 }, () => id));
    const failed = `notification.failed: nobody there`;
    expect(await noticeEvents(world)).toEqual([
      `${id} failed 1 ${failed} until 5000`,
      `${id} failed 2 ${failed} until 20000`,
      `${id} failed 3 ${failed} until 80000`,
      `${id} failed 4 ${failed} until 320000`,
      `${id} failed 5 ${failed} until 1280000`,
      `${id} failed 6 ${failed} until 3600000`,
      `${id} failed 7 ${failed} until 3600000`,
      `${id} failed 8 ${failed}, given up`,
    ]);
    expect(worker.record.notices).toBeUndefined();
    expect(world.clock.untilNext()).toBeUndefined();
  });

  it.each([
    [
      "throws at once",
      () => {
        throw new Error("thrown");
      },
      "notification.failed: thrown until 5000",
    ],
    [
      "throws no error",
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- whoever writes a notifier may
        throw "words";
      },
      "notification.failed: words until 5000",
    ],
    [
      "asks for time",
      () =>
        Promise.reject(new ColonyError("notification.failed", "busy", { details: { retryAfterMs: 90_000 } })),
      "notification.failed: busy until 90000",
    ],
    [
      "refuses for good",
      () => Promise.reject(new ColonyError("notification.rejected", "gone")),
      "notification.rejected: gone, given up",
    ],
    [
      "says very much",
      () => Promise.reject(new Error("x".repeat(5_000))),
      `notification.failed: ${"x".repeat(1_000)} until 5000`,
    ],
  ])("because it %s is an event", async (_how, receive, said) => {
    const world = ground();
    const notifier = new Receiver(receive);
    await using colony = await openOn(world, { notifier });
    await (await colony.spawn("helper", task)).report();
    await settled();
    expect(await noticeEvents(world)).toEqual([`${notifier.told[0]?.id} failed 1 ${said}`]);
  });

  it("because it hangs is asked to stop, and not waited for any longer", async () => {
    const world = ground();
    const signals: AbortSignal[] = [];
    const notifier = new Receiver((_notification, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    await using colony = await openOn(world, { notifier, limits: { notifyTimeoutMs: 3_000 } });
    await (await colony.spawn("helper", task)).report();
    await settled();
    await world.clock.advance(2_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await world.clock.advance(1);
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await noticeEvents(world)).toEqual([
      `${notifier.told[0]?.id} failed 1 notification.failed: the notifier did not take it within 3000 ms (limits.notifyTimeoutMs) until 5000`,
    ]);
    await world.clock.advance(5_000);
    expect(notifier.told).toHaveLength(2);
  });

  it("and takes it at a later try is not asked again", async () => {
    const world = ground();
    const notifier = failing(new Error("not yet"));
    await using colony = await openOn(world, { notifier });
    await (await colony.spawn("helper", task)).report();
    await settled();
    notifier.receive = () => undefined;
    await world.clock.advance(24 * 3_600_000);
    await settled();
    const id = notifier.told[0]?.id;
    expect(await noticeEvents(world)).toEqual([
      `${id} failed 1 notification.failed: not yet until 5000`,
      `${id} sent 2`,
    ]);
  });

  it("holds up nobody else: four at once hang, and the fifth is told when one of them is given up", async () => {
    const world = ground();
    const told: string[] = [];
    const notifier = new Receiver(({ label }) => {
      told.push(label ?? "");
      return label === "5" ? undefined : new Promise(() => undefined);
    });
    await using colony = await openOn(world, {
      notifier,
      worker: () => ({ text: "ok" }),
      limits: { notifyTimeoutMs: 1_000 },
    });
    const workers = await Promise.all(
      ["1", "2", "3", "4", "5"].map((label) => colony.spawn("helper", { ...task, label })),
    );
    await Promise.all(workers.map((worker) => worker.report()));
    await settled();
    expect(told).toEqual(["1", "2", "3", "4"]);
    await world.clock.advance(1_000);
    await settled();
    expect(told[4]).toBe("5");
  });
});

it("a try whose time has come while the machine slept is made when it wakes, not as much later", async () => {
  const world = ground();
  const notifier = new Receiver(() => {
    throw new Error("down");
  });
  await using colony = await openOn(world, { notifier });
  await (await colony.spawn("helper", task)).report();
  await settled();
  world.clock.suspend(60_000);
  await settled();
  expect(notifier.told).toHaveLength(2);
  expect((await noticeEvents(world))[1]).toMatch(/ failed 2 .* until 20000$/);
  await world.clock.advance(20_000);
  await settled();
  expect(notifier.told).toHaveLength(3);
});

describe("a log that refuses what came of it", () => {
  it("is asked until it takes it, and the person is not told again meanwhile", async () => {
    const world = ground();
    let refusals = 0;
    const append: EventLog["append"] = async (asked) => {
      if (refusals === 3 || !asked.events.some(({ type }) => type === "NOTIFICATION_SENT"))
        return await world.log.append(asked);
      refusals += 1;
      throw new ColonyError("log.write_failed", "the disk is full");
    };
    const log: EventLog = {
      colonyId: world.log.colonyId,
      append,
      read: async (asked) => await world.log.read(asked),
      onAppended: (listener) => world.log.onAppended(listener),
      head: () => world.log.head(),
      close: async () => await world.log.close(),
    };
    const notifier = new Receiver();
    await using colony = await openOn({ ...world, log }, { notifier });
    const worker = await colony.spawn("helper", task);
    await worker.report();
    await settled();
    expect(worker.record.notices).toHaveLength(1);
    await world.clock.advance(2_000);
    expect(refusals).toBe(3);
    expect(worker.record.notices).toHaveLength(1);
    await world.clock.advance(1_000);
    await settled();
    expect(worker.record.notices).toBeUndefined();
    expect(notifier.told).toHaveLength(1);
    expect(await noticeEvents(world)).toEqual([`${notifier.told[0]?.id} sent 1`]);
  });
});

describe("what is due", () => {
  it("when a colony is closed is told by the next one that has a notifier, and by none that has not", async () => {
    const world = ground();
    const gate = createGate();
    {
      const notifier = new Receiver(() => gate.opened);
      await using colony = await openOn(world, { notifier });
      await (await colony.spawn("helper", task)).report();
      await settled();
      expect(notifier.told).toHaveLength(1);
    }
    {
      await using colony = await openOn(world);
      await settled();
      expect(colony.agents().find(({ notify }) => notify === true)?.notices).toHaveLength(1);
    }
    expect(await noticeEvents(world)).toEqual([]);
    const notifier = new Receiver();
    {
      const colony = await openOn(world, { notifier });
      await settled();
      await colony.close();
    }
    const id = notifier.told[0]?.id;
    expect(await noticeEvents(world)).toEqual([`${id} sent 1`]);
    await using again = await openOn(world, { notifier });
    await settled();
    expect(again.agents().every(({ notices }) => notices === undefined)).toBe(true);
    expect(notifier.told).toHaveLength(1);
  });

  it("is known at opening without reading what has happened, and waits as long as it was said to", async () => {
    const world = ground();
    {
      const notifier = new Receiver(() => Promise.reject(new Error("down")));
      await using colony = await openOn(world, { notifier });
      await (await colony.spawn("helper", task)).report();
      await settled();
    }
    const reads: unknown[] = [];
    const { log } = world;
    const watched = {
      ...world,
      log: new Proxy(log, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (name === "read") return (read: object) => (reads.push(read), target.read(read));
          return typeof member === "function" ? (member.bind(target) as unknown) : member;
        },
      }),
    };
    const notifier = new Receiver();
    await using colony = await openOn(watched, { notifier });
    await settled();
    expect(colony.agents().filter(({ notices }) => notices !== undefined)).toHaveLength(1);
    expect(notifier.told).toEqual([]);
    expect(reads).not.toContainEqual(expect.objectContaining({ types: ["SUBAGENT_REPORT"] }));
    await world.clock.advance(4_999);
    await settled();
    expect(notifier.told).toEqual([]);
    await world.clock.advance(1);
    await settled();
    expect(notifier.told).toHaveLength(1);
    expect((await noticeEvents(world)).at(-1)).toMatch(/ sent 2$/);
  });

  it("is told while the colony closes, within its grace", async () => {
    const world = ground();
    const gate = createGate();
    const notifier = new Receiver(() => gate.opened);
    const colony = await openOn(world, { notifier, limits: { shutdownGraceMs: 10_000 } });
    await (await colony.spawn("helper", task)).report();
    await settled();
    const closing = colony.close();
    await settled();
    gate.open();
    await closing;
    expect(await noticeEvents(world)).toEqual([`${notifier.told[0]?.id} sent 1`]);
  });

  it("is called off when the grace is over, and a colony whose notifier hangs closes all the same", async () => {
    const world = ground();
    let aborted = false;
    const notifier = new Receiver((_notification, signal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return new Promise(() => undefined);
    });
    const colony = await openOn(world, { notifier, limits: { shutdownGraceMs: 2_000 } });
    await (await colony.spawn("helper", task)).report();
    await settled();
    const closing = colony.close();
    await settled();
    expect(aborted).toBe(false);
    await world.clock.advance(2_000);
    await closing;
    expect(aborted).toBe(true);
    expect(await noticeEvents(world)).toEqual([]);
  });
});

it("a model is not told of notify where only others were spawned with it", () => {
  const definition = defineWorker({ model: createScriptedModel([]) });
  expect(JSON.stringify(definition.tools)).not.toContain("notify");
});

it("what is told cannot be changed by whoever is told it", async () => {
  const world = ground();
  const seen: Notification[] = [];
  const notifier = new Receiver((notification) => {
    seen.push({ ...notification });
    Object.assign(notification, { text: "forged" });
    throw new Error("again");
  });
  await using colony = await openOn(world, { notifier });
  await (await colony.spawn("helper", task)).report();
  await settled();
  await world.clock.advance(5_000);
  await settled();
  expect(seen.map(({ text }) => text)).toEqual(["all done", "all done"]);
});
