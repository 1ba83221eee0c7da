import { callId } from "@colony/core";
import {
  checkPromises,
  crashEverywhere,
  createGate,
  createManualClock,
  createSequenceIds,
  readAll,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { openColony } from "./open-colony.ts";
import { look, memory, named, openPriced as open, reportsIn, turnsOf } from "./testing/priced-colony.ts";
import { newest } from "./testing/said.ts";

const NEVER = createGate().opened;

async function settled(clock: ReturnType<typeof createManualClock>): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await clock.advance(0);
}

describe("a budget of time", () => {
  it("ends what is at work the moment it is spent, with a partial report that says so, and a raised one lets the next go on", async () => {
    const clock = createManualClock({ now: 1_000 });
    const store = memory();
    let patient = true;
    await using colony = await open({
      clock,
      store,
      budget: { wallMs: 60_000 },
      worker: () => ({ text: "half of it", ...(patient ? { before: NEVER } : {}) }),
    });
    const [one, two] = await Promise.all([
      colony.spawn("helper", { task: "a" }),
      colony.spawn("helper", { task: "b" }),
    ]);
    await settled(clock);
    await clock.advance(59_999);
    expect(colony.budget().spent.wallMs).toBe(59_999);
    expect(one.record.execution?.status).toBe("running");
    await clock.advance(1);
    const words = "the budget of the colony is 60 seconds at work, and they are spent";
    for (const each of [one, two])
      expect(await each.report()).toMatchObject({
        status: "partial",
        cause: "budget_exhausted",
        explicit: false,
        error: { code: "budget.exhausted", message: words },
      });
    // Nobody is at work: time goes by and is charged to nobody.
    await clock.advance(3_600_000);
    expect(colony.budget().spent.wallMs).toBe(60_000);
    await expect(colony.spawn("helper", { task: "c" })).rejects.toMatchObject({
      code: "budget.exhausted",
      message: words,
    });
    expect(await (await colony.inject("hello")).outcome()).toMatchObject({
      status: "failed",
      cause: "budget_exhausted",
      error: { message: words },
    });
    patient = false;
    await colony.setBudget({ wallMs: 90_000 });
    expect(await (await colony.inject("and now?")).reply()).toBe("heard");
    expect(await (await colony.spawn("helper", { task: "d" })).report()).toMatchObject({ status: "success" });
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });

  it("that is raised while something is at work lets it go on, and one that is lowered ends it at once", async () => {
    const clock = createManualClock({ now: 1_000 });
    await using colony = await open({
      clock,
      budget: { wallMs: 10_000 },
      worker: () => ({ text: "done", before: NEVER }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await settled(clock);
    await clock.advance(9_000);
    await colony.setBudget({ wallMs: 20_000 });
    await clock.advance(5_000);
    expect(worker.record.execution?.status).toBe("running");
    await colony.setBudget({ wallMs: 13_000 });
    await settled(clock);
    expect(await worker.report()).toMatchObject({ status: "partial", cause: "budget_exhausted" });
  });

  it("of a worker's own ends that worker, and its overseer is told in words", async () => {
    const clock = createManualClock({ now: 1_000 });
    const told: string[] = [];
    await using colony = await open({
      clock,
      definition: { budget: { wallMs: 5_000 } },
      overseer: (request) => {
        if (turnsOf(request) === 0)
          return { toolCalls: [{ id: callId("s"), name: "spawn_worker", input: { task: "t" } }] };
        told.push(newest(request));
        return { text: "I see" };
      },
      worker: () => ({ text: "done", before: NEVER }),
    });
    const receipt = await colony.inject("go");
    await settled(clock);
    await clock.advance(5_000);
    await receipt.outcome();
    const worker = colony.agents().find(({ kind }) => kind === "worker");
    expect(told.at(-1)).toContain(
      `the budget of agent \\"${worker?.id}\\" is 5 seconds at work, and they are spent`,
    );
    expect(worker?.report?.status).toBe("partial");
    expect(colony.overseer.record.execution?.status).toBe("completed");
  });

  it("does not count the time in which no host lived, and is kept over a restart with what was spent", async () => {
    const clock = createManualClock({ now: 1_000 });
    const store = memory();
    const patient = { clock, store, worker: () => ({ text: "done", before: NEVER }) };
    const first = await open({ ...patient, budget: { wallMs: 30_000 }, limits: { shutdownGraceMs: 0 } });
    const { id } = await first.spawn("helper", { task: "t" });
    await settled(clock);
    await clock.advance(20_000);
    const closing = first.close();
    await settled(clock);
    await closing;
    await clock.advance(3_600_000);
    await using second = await open(patient);
    await settled(clock);
    expect(second.budget()).toMatchObject({ budget: { wallMs: 30_000 }, spent: { wallMs: 20_000 } });
    await clock.advance(9_999);
    expect(second.agent(id).record.execution?.status).toBe("running");
    await clock.advance(1);
    expect(await second.agent(id).report()).toMatchObject({ status: "partial", cause: "budget_exhausted" });
  });

  it("holds wherever the process is killed: nobody is at work for longer, whatever lay between the hosts", async () => {
    const most = 20_000;
    const summary = await crashEverywhere({
      ground: () => ({ ...memory(), clock: createManualClock({ now: 1_000 }), ids: createSequenceIds() }),
      async live(life, { clock }) {
        // Nobody lives for an hour before each start.
        await clock.advance(3_600_000);
        const slowly = () => life.clock.sleep(4_000, { signal: new AbortController().signal });
        const colony = await openColony({
          ...life.options,
          budget: { wallMs: most },
          overseer: { model: life.model(named("overseer", () => ({ text: "heard" }))) },
          workers: {
            helper: defineWorker({
              model: life.model(
                named("helper", (request) => ({
                  toolCalls: [{ id: callId(`l${turnsOf(request)}`), name: "look", input: { n: 1 } }],
                  before: slowly(),
                })),
              ),
              tools: [life.tool(look)],
              limits: { iterations: 100 },
            }),
          },
        });
        if (colony.agents().length === 1) await colony.spawn("helper", { task: "t" });
        await colony.idle();
        expect(colony.budget().spent.wallMs).toBe(most);
        await colony.close();
      },
      check: (events) => [
        ...checkPromises(events),
        ...reportsIn(events).flatMap(({ cause, durationMs }) => [
          ...(cause === "budget_exhausted" ? [] : [`it ended of ${cause}`]),
          ...(durationMs <= most ? [] : [`it was at work for ${durationMs} ms`]),
        ]),
        ...(reportsIn(events).length === 1 ? [] : [`${reportsIn(events).length} reports`]),
      ],
    });
    expect(summary.failures).toEqual([]);
    expect(summary.points.length).toBeGreaterThan(20);
  }, 60_000);
});

describe("a budget of depth", () => {
  it("of 0 lets the overseer work alone: a spawn is refused with a code of its own and told in words", async () => {
    const told: string[] = [];
    await using colony = await open({
      budget: { depth: 0 },
      overseer: (request) => {
        if (turnsOf(request) === 0)
          return { toolCalls: [{ id: callId("s"), name: "spawn_worker", input: { task: "t" } }] };
        told.push(JSON.stringify(request.prompt.at(-1)));
        return { text: "alone, then" };
      },
    });
    expect(await (await colony.inject("go")).reply()).toBe("alone, then");
    const words =
      "the budget allows agents down to depth 0 (0 is the overseer, 1 its workers), and this one would stand at depth 1; do the work yourself, or ask a person to raise the budget";
    expect(told.at(-1)).toContain(words);
    await expect(colony.spawn("helper", { task: "t" })).rejects.toMatchObject({
      code: "spawn.too_deep",
      message: words,
    });
    expect(colony.agents()).toHaveLength(1);
    await colony.setBudget({ depth: 1 });
    expect(await (await colony.spawn("helper", { task: "t" })).report()).toMatchObject({ status: "success" });
  });

  it("is narrowed on the way down and never widened", async () => {
    const store = memory();
    await using colony = await open({ budget: { depth: 1 }, store });
    await (await colony.spawn("helper", { task: "t", budget: { depth: 7 } })).report();
    const spawned = (await readAll(store.log)).flatMap((event) =>
      event.type === "AGENT_SPAWNED" && event.data.kind === "worker" ? [event.data.budget] : [],
    );
    expect(spawned).toEqual([{ depth: 1 }]);
  });

  it.each<[object, string]>([
    ...["tokens", "toolCalls", "workers", "depth"].map((limit): [object, string] => [
      { [limit]: 0.5 },
      `budget.${limit} is 0.5; give a whole number from 0 to 9007199254740991`,
    ]),
    [
      { tokens: 2 ** 53 },
      "budget.tokens is 9007199254740992; give a whole number from 0 to 9007199254740991",
    ],
    [{ wallMs: -1 }, "budget.wallMs is -1; give a number from 0"],
    [{ wallMs: "5m" }, 'budget.wallMs is "5m"; give a number from 0'],
    [{ time: 5 }, 'a budget has no limit "time"; there are: usd, tokens, toolCalls, workers, depth, wallMs'],
  ])("that is %j is refused in one sentence", async (budget, message) => {
    await expect(open({ budget })).rejects.toMatchObject({
      code: "settings.invalid",
      message,
    });
  });
});
