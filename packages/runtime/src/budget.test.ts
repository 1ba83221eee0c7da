import { COLONY_STREAM, callId, type Budget, type ColonyEvent } from "@colony/core";
import {
  checkPromises,
  crashEverywhere,
  createManualClock,
  createSequenceIds,
  readAll,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { openColony } from "./open-colony.ts";
import { Machine } from "./testing/machine.ts";
import {
  chargedIn,
  look,
  looksFor,
  memory,
  named,
  openPriced as open,
  price,
  reportsIn,
  spawnMany,
  turnsOf,
} from "./testing/priced-colony.ts";

const costOf = (events: readonly ColonyEvent[]): number =>
  events.reduce(
    (sum, event) =>
      sum + (event.type === "MODEL_CALL_COMPLETED" ? (event.data.usage.costUsd ?? Number.NaN) : 0),
    0,
  );

describe("a budget of the whole colony", () => {
  it("is never gone beyond by 50 workers side by side, who all report, and who all wait for each other at times", async () => {
    const store = memory();
    await using colony = await open({ budget: { usd: 30 }, store });
    const workers = await spawnMany(colony, 50);
    await colony.idle();
    const events = await readAll(store.log);
    const { spent, held } = colony.budget();
    expect(costOf(events)).toBeLessThanOrEqual(30);
    expect(spent.usd).toBeCloseTo(costOf(events));
    expect(held).toMatchObject({ usd: 0, tokens: 0 });
    const causes = reportsIn(events).map(({ cause, status }) => `${status} ${cause}`);
    expect(causes).toHaveLength(workers.length);
    expect(new Set(causes)).toEqual(new Set(["success finished", "partial budget_exhausted"]));
    // Nobody gave up while there was room that others only held: what is left is less than one call may need.
    expect(30 - (spent.usd ?? 0)).toBeLessThan(8);
    expect(checkPromises(events)).toEqual([]);
  });

  it("is waited for where others hold it, and everybody is done where it is enough in the end", async () => {
    const store = memory();
    await using colony = await open({ budget: { usd: 200 }, store });
    await spawnMany(colony, 50);
    await colony.idle();
    const reports = reportsIn(await readAll(store.log));
    expect(reports.filter(({ status }) => status === "success")).toHaveLength(50);
  });

  it("of tokens holds without a price, and is said in words", async () => {
    await using colony = await open({ budget: { tokens: 6_000 }, prices: () => null });
    const [worker] = await spawnMany(colony, 1);
    await colony.idle();
    const report = await worker?.report();
    expect(report?.status).toBe("success");
    const rest = await spawnMany(colony, 20);
    await colony.idle();
    expect(colony.budget().spent.tokens).toBeLessThanOrEqual(6_000);
    const summaries = await Promise.all(
      rest.map(async (each) => (await each.report())?.error?.message ?? "done"),
    );
    expect(summaries.at(-1)).toMatch(
      /^the budget of the colony is 6000 tokens: \d+ are spent, and this may need \d+ more$/u,
    );
  });

  it("of tool calls ends what asks for more in the middle of an answer", async () => {
    const store = memory();
    await using colony = await open({ budget: { toolCalls: 3 }, worker: looksFor(5), store });
    const [worker] = await spawnMany(colony, 1);
    const report = await worker?.report();
    expect(report).toMatchObject({
      status: "partial",
      cause: "budget_exhausted",
      error: { code: "budget.exhausted" },
    });
    const begun = (await readAll(store.log)).filter(({ type }) => type === "TOOL_CALL_STARTED");
    expect(begun).toHaveLength(3);
    expect(colony.budget().spent.toolCalls).toBe(3);
  });

  it("of workers refuses a batch as a whole, in words that the overseer can read", async () => {
    const tasks = [1, 2, 3].map((n) => ({ task: `part ${n}` }));
    const seen: string[] = [];
    await using colony = await open({
      budget: { workers: 2 },
      overseer: (request) => {
        const result = request.prompt.find(({ role }) => role === "tool");
        if (result === undefined)
          return { toolCalls: [{ id: callId("s"), name: "spawn_workers", input: { tasks } }] };
        seen.push(JSON.stringify(result));
        return { text: "too many" };
      },
    });
    expect(await (await colony.inject("go")).reply()).toBe("too many");
    expect(seen.at(-1)).toContain(
      "the budget of the colony is 2 workers: 0 are spent, and this may need 3 more",
    );
    expect(colony.agents()).toHaveLength(1);
    await spawnMany(colony, 2);
    await expect(spawnMany(colony, 1)).rejects.toMatchObject({ code: "budget.exhausted" });
  });

  it("of nothing lets nobody think, and a raised one lets the next input go on", async () => {
    await using colony = await open({ budget: { usd: 0 } });
    const refused = await (await colony.inject("hello")).outcome();
    expect(refused).toMatchObject({
      status: "failed",
      cause: "budget_exhausted",
      error: { message: expect.stringContaining("the budget of the colony is 0 US dollars") as string },
    });
    await colony.setBudget({ usd: 100 });
    expect(await (await colony.inject("and now?")).reply()).toBe("heard");
    expect(colony.budget().budget).toEqual({ usd: 100 });
  });

  it("is kept over a restart with what was spent", async () => {
    const store = memory();
    const first = await open({ budget: { usd: 50 }, store });
    await spawnMany(first, 1);
    await first.idle();
    const { spent } = first.budget();
    await first.close();
    await using second = await open({ store });
    expect(second.budget()).toMatchObject({ budget: { usd: 50 }, spent });
    expect(spent.usd).toBeGreaterThan(0);
  });

  it("of half a token, which an earlier release has taken, is held to and refused to nobody but who sets it", async () => {
    const store = memory();
    await (await open({ store })).close();
    const versions = (await readAll(store.log)).flatMap(({ agentId, version }) =>
      agentId === COLONY_STREAM ? [version] : [],
    );
    await store.log.append({
      agentId: COLONY_STREAM,
      expectedVersion: Math.max(...versions),
      events: [{ type: "BUDGET_SET", data: { budget: { tokens: 6_000.5 } } }],
      at: 1,
    });
    await using colony = await open({ store });
    await spawnMany(colony, 1);
    await colony.idle();
    expect(colony.budget()).toMatchObject({ budget: { tokens: 6_000.5 } });
    await expect(colony.setBudget({ tokens: 6_000.5 })).rejects.toMatchObject({
      code: "settings.invalid",
      message: "budget.tokens is 6000.5; give a whole number from 0 to 9007199254740991",
    });
  });

  it("of money is refused where a price is not known, and what was written wrong is", async () => {
    await expect(open({ budget: { usd: 1 }, prices: () => null })).rejects.toMatchObject({
      code: "settings.invalid",
      message: expect.stringContaining(
        'the price of model "scripted/overseer" of "overseer" is not known',
      ) as string,
    });
    await expect(open({ budget: { usd: -1 } })).rejects.toMatchObject({ code: "settings.invalid" });
    await using colony = await open({ prices: () => null });
    await expect(colony.setBudget({ usd: 1 })).rejects.toMatchObject({ code: "settings.invalid" });
    await expect(colony.spawn("helper", { task: "t", budget: { usd: 1 } })).rejects.toMatchObject({
      code: "spawn.refused",
    });
  });
});

describe("a budget of a worker's own", () => {
  it("ends that worker alone", async () => {
    await using colony = await open({ budget: { usd: 100 } });
    const poor = await colony.spawn("helper", { task: "t", budget: { usd: 0.5 } });
    const rich = await colony.spawn("helper", { task: "t" });
    expect(await poor.report()).toMatchObject({
      status: "partial",
      error: {
        message: expect.stringContaining(`the budget of agent "${poor.id}" is 0.5 US dollars`) as string,
      },
    });
    expect(await rich.report()).toMatchObject({ status: "success" });
  });

  it("is asked of a model in whole tokens", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({ overseer: () => ({ text: "hi" }), worker: [] });
    await (await colony.inject("hello")).reply();
    const told = overseer.requests[0]?.tools?.find(({ name }) => name === "spawn_worker");
    expect(told).toHaveProperty("inputSchema.properties.budget.properties.tokens.type", "integer");
    expect(told).toHaveProperty("inputSchema.properties.budget.properties.usd.type", "number");
  });

  it("is narrowed by its definition and by the colony, and never widened", async () => {
    const store = memory();
    await using colony = await open({
      budget: { usd: 40 },
      definition: { budget: { tokens: 9_000, toolCalls: 4 } },
      store,
    });
    await colony.spawn("helper", { task: "t", budget: { usd: 90, tokens: 20_000, toolCalls: 2 } });
    await colony.idle();
    const spawned = (await readAll(store.log)).flatMap((event) =>
      event.type === "AGENT_SPAWNED" && event.data.kind === "worker" ? [event.data.budget] : [],
    );
    expect(spawned).toEqual([{ usd: 40, tokens: 9_000, toolCalls: 2 }]);
  });
});

it("without a budget nothing is reserved, no answer is bounded, and a worker takes the commits it always took", async () => {
  const commits = async (budget: Budget | undefined): Promise<number> => {
    const store = memory();
    await using colony = await open({ store, ...(budget === undefined ? {} : { budget }) });
    let count = 0;
    const stop = store.log.onAppended(() => void (count += 1));
    await spawnMany(colony, 1);
    await colony.idle();
    stop();
    const calls = (await readAll(store.log)).filter((event) => event.type === "MODEL_CALL_STARTED");
    expect(calls.map(({ data }) => data.reserved !== undefined)).toEqual(
      [1, 2, 3].map(() => budget !== undefined),
    );
    return count;
  };
  expect(await commits(undefined)).toBe(await commits({ usd: 100 }));
});

it("eight workers with a budget that is spent in the middle, wherever the process is killed: nothing beyond it, one report each", async () => {
  const tasks = Array.from({ length: 8 }, (_, n) => ({ task: `part ${n}` }));
  const most = 6;
  const summary = await crashEverywhere({
    ground: () => ({ ...memory(), clock: createManualClock({ now: 1_000 }), ids: createSequenceIds() }),
    async live(life) {
      const overseer = named("overseer", (request) =>
        turnsOf(request) === 0
          ? { toolCalls: [{ id: callId("s"), name: "spawn_workers", input: { tasks } }] }
          : { text: "waiting" },
      );
      const colony = await openColony({
        ...life.options,
        prices: (model, usage) => (model === "scripted/overseer" ? 0 : price(model, usage)),
        limits: { concurrency: 8 },
        budget: { usd: most },
        overseer: { model: life.model(overseer) },
        workers: {
          helper: defineWorker({
            model: life.model(named("helper", looksFor(2))),
            tools: [life.tool(look)],
            maxOutputTokens: 100,
          }),
        },
      });
      await (await colony.inject("go", { idempotencyKey: "1" })).outcome();
      await colony.idle();
      const { spent, held } = colony.budget();
      expect(spent.usd).toBeCloseTo(chargedIn(await readAll(life.log)));
      expect(held.usd).toBe(0);
      await colony.close();
    },
    check: (events) => [
      ...checkPromises(events),
      ...(chargedIn(events) <= most ? [] : [`${chargedIn(events)} US dollars are spent of ${most}`]),
      ...(reportsIn(events).length === 8 ? [] : [`${reportsIn(events).length} reports instead of 8`]),
      ...(reportsIn(events).some(({ cause }) => cause === "budget_exhausted") ? [] : ["nobody was stopped"]),
    ],
  });
  expect(summary.failures).toEqual([]);
}, 240_000);
