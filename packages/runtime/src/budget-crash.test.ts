import { callId, defineTool, type ColonyEvent, type ModelRequest } from "@colony/core";
import {
  checkPromises,
  crashEverywhere,
  createManualClock,
  createSequenceIds,
  readAll,
  type CrashScenario,
  type Ground,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "./open-colony.ts";
import { chargedIn, looksFor, memory, named, price, reportsIn, turnsOf } from "./testing/priced-colony.ts";

const WORKERS = 50;
const BUDGET = { usd: 40, toolCalls: 40, workers: WORKERS } as const;

interface World extends Ground {
  /** Runs of the tool, as the outside world has seen them. */
  readonly runs: string[];
  /** What the provider has charged, as the provider has it: each call that it was asked, answered or not. */
  readonly billed: number[];
}

/** Every third call is turned away at first, so that there are retries as well. */
function stubborn(billed: number[]) {
  let calls = 0;
  return (request: ModelRequest) => {
    calls += 1;
    billed.push(0.34);
    if (calls % 3 === 0) return { streamError: Object.assign(new Error("try again"), { statusCode: 503 }) };
    return looksFor(2)(request);
  };
}

const scenario: CrashScenario<World> = {
  ground: () => ({
    ...memory(),
    clock: createManualClock({ now: 1_000 }),
    ids: createSequenceIds(),
    runs: [],
    billed: [],
  }),
  async live(life, { runs, billed }) {
    const look = defineTool({
      name: "look",
      description: "looks",
      input: z.object({ n: z.number() }),
      effect: "pure",
      run: (_input, { callKey }) => {
        runs.push(callKey);
        return "seen";
      },
    });
    const tasks = Array.from({ length: WORKERS }, (_, n) => ({ task: `part ${n}` }));
    const overseer = named("overseer", (request) =>
      turnsOf(request) === 0
        ? { toolCalls: [{ id: callId("s"), name: "spawn_workers", input: { tasks } }] }
        : { text: "waiting" },
    );
    const colony = await openColony({
      ...life.options,
      prices: (model, usage) => (model === "scripted/overseer" ? 0 : price(model, usage)),
      limits: { concurrency: WORKERS },
      budget: BUDGET,
      overseer: { model: life.model(overseer) },
      workers: {
        helper: defineWorker({
          model: life.model(named("helper", stubborn(billed))),
          tools: [life.tool(look)],
          maxOutputTokens: 100,
        }),
      },
    });
    await (await colony.inject("go", { idempotencyKey: "1" })).outcome();
    await colony.idle();
    const { spent, held } = colony.budget();
    expect(spent.usd).toBeCloseTo(chargedIn(await readAll(life.log)));
    expect(held).toEqual({ usd: 0, tokens: 0, toolCalls: 0, workers: 0 });
    await colony.close();
  },
  check: (events, { runs, billed }) => [
    ...checkPromises(events),
    ...beyond("charged", chargedIn(events), BUDGET.usd),
    ...beyond(
      "billed",
      billed.reduce((sum, each) => sum + each, 0),
      BUDGET.usd,
    ),
    ...beyond("runs of the tool", runs.length, BUDGET.toolCalls),
    ...beyond("calls begun", callsIn(events), BUDGET.toolCalls),
    ...(reportsIn(events).length === WORKERS ? [] : [`${reportsIn(events).length} reports`]),
    ...(reportsIn(events).some(({ cause }) => cause === "budget_exhausted") ? [] : ["nobody was stopped"]),
  ],
};

function beyond(what: string, amount: number, most: number): readonly string[] {
  return amount <= most ? [] : [`${what}: ${amount} of ${most}`];
}

/** Calls that count: each time that one began, and the overseer's own among them. */
function callsIn(events: readonly ColonyEvent[]): number {
  return events.filter(({ type }) => type === "TOOL_CALL_STARTED").length;
}

it("fifty workers side by side, a provider that fails, and a process that is killed anywhere: nothing beyond the budget, one report each", async () => {
  const whole = await crashEverywhere(scenario, { cuts: [] });
  expect(whole.failures).toEqual([]);
  const { length } = whole.points;
  expect(length).toBeGreaterThan(200);
  // Every place is too many here; these are spread over the whole run, with a second death soon after the first.
  const cuts = Array.from({ length: 40 }, (_, index) => 1 + Math.floor((index * length) / 40));
  const summary = await crashEverywhere(scenario, { cuts, again: 7 });
  expect(summary.failures).toEqual([]);
}, 240_000);
