import { callId, defineTool, type ColonyEvent, type ModelRequest, type ToolEffect } from "@colony/core";
import { checkPromises, createGate, createManualClock, readAll, type ModelScript } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { memory, openPriced as open, price, turnsOf } from "./testing/priced-colony.ts";
import { results } from "./testing/said.ts";

/** A model that would talk for ever: it says as much as it may, which is then cut off. */
const talksFor =
  (tokens: number, asked: ModelRequest[] = []): ModelScript =>
  (request) => {
    asked.push(request);
    const most = request.maxOutputTokens ?? Number.NaN;
    return {
      text: "and so on",
      finishReason: tokens > most ? "length" : "stop",
      usage: { inputTokens: 200, outputTokens: Math.min(tokens, most) },
    };
  };

const boundsIn = (events: readonly ColonyEvent[]) =>
  events.flatMap((event) => (event.type === "MODEL_CALL_STARTED" ? [event.data.reserved] : []));

describe("near its end a budget", () => {
  it("of tokens asks for as long an answer as still fits, and never beyond it", async () => {
    const store = memory();
    const asked: ModelRequest[] = [];
    await using colony = await open({
      store,
      budget: { tokens: 6_000 },
      prices: () => null,
      maxOutputTokens: 8_192,
      worker: talksFor(2_000, asked),
    });
    expect(await (await colony.spawn("helper", { task: "t" })).report()).toMatchObject({
      status: "success",
      summary: "and so on",
    });
    const [reserved] = boundsIn(await readAll(store.log));
    expect(reserved?.tokens).toBe(6_000);
    expect(asked[0]?.maxOutputTokens).toBe(reserved?.outputTokens);
    expect(asked[0]?.maxOutputTokens).toBeGreaterThan(2_000);
    expect(asked[0]?.maxOutputTokens).toBeLessThan(5_000);
  });

  it("of money does so by the price, to the token", async () => {
    const store = memory();
    const asked: ModelRequest[] = [];
    await using colony = await open({
      store,
      budget: { usd: 5 },
      maxOutputTokens: 8_192,
      worker: talksFor(9_000, asked),
    });
    await (await colony.spawn("helper", { task: "t" })).report();
    const [reserved] = boundsIn(await readAll(store.log));
    expect(reserved?.usd).toBe(5);
    const { tokens = 0, outputTokens = 0 } = reserved ?? {};
    const usage = { cachedInputTokens: 0, reasoningTokens: 0, modelCalls: 1 };
    const cost = (output: number) =>
      price("m", { ...usage, inputTokens: tokens - outputTokens, outputTokens: output });
    expect(cost(outputTokens)).toBeLessThanOrEqual(5);
    expect(cost(outputTokens + 1)).toBeGreaterThan(5);
  });

  it("does not call an answer a success that it has cut off", async () => {
    const store = memory();
    await using colony = await open({
      store,
      budget: { tokens: 6_000 },
      maxOutputTokens: 8_192,
      worker: talksFor(9_000),
    });
    const report = await (await colony.spawn("helper", { task: "t" })).report();
    expect(report).toMatchObject({
      status: "partial",
      cause: "budget_exhausted",
      error: {
        code: "budget.exhausted",
        message: expect.stringMatching(
          /^the budget had room for \d+ tokens of the last answer, which was cut off there$/u,
        ) as string,
      },
    });
    expect(report?.summary).toContain("It had said last: and so on");
    expect(colony.budget().spent.tokens).toBeLessThanOrEqual(6_000);
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });

  it("leaves an answer alone that the definition itself bounds, and does not ask for fewer than are of any use", async () => {
    const store = memory();
    await using colony = await open({
      store,
      budget: { tokens: 100_000 },
      maxOutputTokens: 300,
      worker: talksFor(9_000),
    });
    expect(await (await colony.spawn("helper", { task: "t" })).report()).toMatchObject({
      status: "partial",
      cause: "finished",
      error: { code: "model.cut_short" },
    });
    expect(boundsIn(await readAll(store.log))[0]).not.toHaveProperty("outputTokens");
    const { tokens } = boundsIn(await readAll(store.log))[0] ?? { tokens: 0 };
    await colony.setBudget({ tokens: colony.budget().spent.tokens + tokens - 300 + 255 });
    expect(await (await colony.spawn("helper", { task: "t" })).report()).toMatchObject({
      status: "partial",
      error: { message: expect.stringMatching(/and this may need \d+ more$/u) as string },
    });
  });

  it("waits for what others hold rather than ask for less", async () => {
    const store = memory();
    await using colony = await open({
      store,
      budget: { tokens: 40_000 },
      maxOutputTokens: 8_192,
      worker: talksFor(100),
    });
    await Promise.all(Array.from({ length: 30 }, () => colony.spawn("helper", { task: "t" })));
    await colony.idle();
    const bounds = boundsIn(await readAll(store.log));
    expect(bounds).toHaveLength(30);
    expect(bounds.filter((reserved) => reserved?.outputTokens !== undefined)).toEqual([]);
    expect(colony.agents().filter(({ report }) => report?.status === "success")).toHaveLength(30);
  });
});

it("the room of a call that its provider turns away for good is had by whoever waits for it", async () => {
  const store = memory();
  const clock = createManualClock({ now: 1_000 });
  const gate = createGate();
  const refused = Object.assign(new Error("no such key"), { statusCode: 401 });
  await using colony = await open({
    store,
    clock,
    budget: { tokens: 6_000 },
    prices: () => null,
    maxOutputTokens: 3_000,
    worker: (_request, index) =>
      index === 0
        ? { before: gate.opened, throws: refused }
        : { text: "done", usage: { inputTokens: 300, outputTokens: 40 } },
  });
  const first = await colony.spawn("helper", { task: "t" });
  const second = await colony.spawn("helper", { task: "t" });
  for (let turns = 0; turns < 10; turns += 1) await clock.advance(0);
  expect(boundsIn(await readAll(store.log))).toHaveLength(1);
  gate.open();
  expect(await first.report()).toMatchObject({ status: "failed" });
  expect(await second.report()).toMatchObject({ status: "success" });
});

const touch = (effect: ToolEffect, runs: number[]) =>
  defineTool({
    name: "touch",
    description: "touches",
    input: z.object({ n: z.number() }),
    effect,
    run: ({ n }) => {
      runs.push(n);
      return `touched ${n}`;
    },
  });

const touching = (n: number) => ({ id: callId(`t${n}`), name: "touch", input: { n } });

describe("a batch of calls for which a budget has not enough room", () => {
  it.each(["pure", "once"] as const)(
    "of %s ones: the first that fit are run, the others answered in words, in order, and the model may say what it has",
    async (effect) => {
      const store = memory();
      const runs: number[] = [];
      const heard: string[][] = [];
      await using colony = await open({
        store,
        budget: { toolCalls: 5 },
        definition: { tools: [touch(effect, runs)], limits: { parallelTools: 2 } },
        worker: (request) => {
          if (turnsOf(request) === 0) return { toolCalls: [0, 1].map(touching) };
          if (turnsOf(request) === 1) return { toolCalls: [2, 3, 4, 5, 6].map(touching) };
          heard.push([...results(request)]);
          return { text: "five of seven" };
        },
      });
      const report = await (await colony.spawn("helper", { task: "t" })).report();
      expect(runs).toEqual([0, 1, 2, 3, 4]);
      const told = heard[0] ?? [];
      expect(told.map((text) => /touched \d|was not made/u.exec(text)?.[0])).toEqual([
        "touched 0",
        "touched 1",
        "touched 2",
        "touched 3",
        "touched 4",
        "was not made",
        "was not made",
      ]);
      expect(told[5]).toContain("the budget of the colony is 5 tool calls: ");
      expect(report).toMatchObject({
        status: "partial",
        cause: "budget_exhausted",
        error: { code: "budget.exhausted" },
      });
      expect(report?.summary).toContain("It had said last: five of seven");
      expect(colony.budget().spent.toolCalls).toBe(5);
      expect(checkPromises(await readAll(store.log))).toEqual([]);
    },
  );

  it("lets the worker report, which costs nothing, and what it says of itself wins", async () => {
    await using colony = await open({
      budget: { toolCalls: 1 },
      definition: { tools: [touch("pure", [])] },
      worker: (request) =>
        turnsOf(request) === 0
          ? { toolCalls: [0, 1].map(touching) }
          : {
              toolCalls: [
                {
                  id: callId("r"),
                  name: "report_to_parent",
                  input: { status: "partial", summary: "one of two" },
                },
              ],
            },
    });
    expect(await (await colony.spawn("helper", { task: "t" })).report()).toMatchObject({
      status: "partial",
      explicit: true,
      summary: "one of two",
    });
    expect(colony.budget().spent.toolCalls).toBe(1);
  });

  it("after which there is no room to think either ends at once, in one commit with the answers", async () => {
    const store = memory();
    await using colony = await open({
      store,
      budget: { toolCalls: 0, tokens: 4_000 },
      definition: { tools: [touch("pure", [])] },
      worker: () => ({ toolCalls: [0, 1].map(touching), usage: { inputTokens: 2_500, outputTokens: 50 } }),
    });
    const report = await (await colony.spawn("helper", { task: "t" })).report();
    expect(report).toMatchObject({
      status: "partial",
      cause: "budget_exhausted",
      error: { message: expect.stringContaining("the budget of the colony is 4000 tokens") as string },
    });
    const events = await readAll(store.log);
    expect(events.filter(({ type }) => type === "MODEL_CALL_STARTED")).toHaveLength(1);
    expect(checkPromises(events)).toEqual([]);
  });

  it("by many side by side: exactly as many calls begin as there is room for", async () => {
    const store = memory();
    const runs: number[] = [];
    await using colony = await open({
      store,
      budget: { toolCalls: 37 },
      definition: { tools: [touch("idempotent", runs)] },
      worker: (request) => (turnsOf(request) < 3 ? { toolCalls: [0, 1, 2].map(touching) } : { text: "done" }),
    });
    const workers = await Promise.all(
      Array.from({ length: 20 }, () => colony.spawn("helper", { task: "t" })),
    );
    await colony.idle();
    expect(runs).toHaveLength(37);
    expect(colony.budget().spent.toolCalls).toBe(37);
    const reports = await Promise.all(workers.map(async (worker) => await worker.report()));
    expect(reports.every((report) => report?.status === "partial")).toBe(true);
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });
});
