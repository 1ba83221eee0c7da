import { SILENT_LOGGER } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { openColony } from "./open-colony.ts";
import { look, looksFor, named, turnsOf } from "./testing/priced-colony.ts";

const BUDGET = 25_000;
const TURNS_OF_FIRST = 3;

it("what one model has counted is no measure for the next one of its chain: the budget holds though that one counts many more tokens for the same words", async () => {
  const charged: number[] = [];
  const note = (): void => {
    const { spent, held } = colony.budget();
    charged.push(spent.tokens + held.tokens);
  };
  const gone = Object.assign(new Error("no such model"), { statusCode: 404 });
  const first = named("first", (request) => {
    note();
    return turnsOf(request) < TURNS_OF_FIRST
      ? { ...looksFor(TURNS_OF_FIRST)(request), usage: { inputTokens: 3_000, outputTokens: 40 } }
      : { throws: gone };
  });
  const second = named("second", () => {
    note();
    return { text: "done", usage: { inputTokens: 20_000, outputTokens: 40 } };
  });
  await using colony = await openColony({
    dir: "memory",
    clock: createManualClock({ now: 1_000 }),
    logger: SILENT_LOGGER,
    prices: () => null,
    budget: { tokens: BUDGET },
    overseer: { model: first },
    workers: { helper: defineWorker({ models: [first, second], tools: [look], maxOutputTokens: 100 }) },
  });
  const worker = await colony.spawn("helper", { task: "word ".repeat(3_500) });
  const report = await worker.report();
  note();
  expect(Math.max(...charged)).toBeLessThanOrEqual(BUDGET);
  expect(charged).toHaveLength(TURNS_OF_FIRST + 2);
  expect(report).toMatchObject({ status: "partial", cause: "budget_exhausted" });
});
