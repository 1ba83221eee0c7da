import { expect, it } from "vitest";
import { MODEL_PRICES, pricesOf } from "./prices.ts";

const usage = {
  inputTokens: 1_000_000,
  cachedInputTokens: 400_000,
  outputTokens: 100_000,
  reasoningTokens: 0,
  modelCalls: 1,
};

it("what is read from the cache costs what that costs, and as much as other input where nothing else is said", () => {
  const priceOf = pricesOf({
    "a/b": { inputUsd: 2, cachedInputUsd: 0.5, outputUsd: 10 },
    "a/c": { inputUsd: 2, outputUsd: 10 },
  });
  expect(priceOf("a/b", usage)).toBeCloseTo(1.2 + 0.2 + 1);
  expect(priceOf("a/c", usage)).toBeCloseTo(2 + 1);
});

it("a table extends the list prices and wins over them, a function takes their place", () => {
  const model = "anthropic/claude-haiku-4-5";
  expect(pricesOf(undefined)(model, usage)).toBeCloseTo(0.6 + 0.04 + 0.5);
  expect(pricesOf({ "a/b": { inputUsd: 1, outputUsd: 1 } })(model, usage)).toBeCloseTo(1.14);
  expect(pricesOf({ [model]: { inputUsd: 0, outputUsd: 0 } })(model, usage)).toBe(0);
  expect(pricesOf(() => null)(model, usage)).toBeNull();
});

it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, undefined, "3"])(
  "a function that says %s has said nothing",
  (said) => {
    expect(pricesOf(() => said as never)("a/b", usage)).toBeNull();
    expect(pricesOf(() => 0)("a/b", usage)).toBe(0);
  },
);

it("a function that throws knows no price, which is said once for each model", () => {
  const said: unknown[] = [];
  const table: Record<string, { readonly i: number }> = { "a/b": { i: 3 } };
  const price = (model: string): number => (table[model] as { readonly i: number }).i;
  const priceOf = pricesOf(price, { warn: (data, message) => void said.push([message, data]) });
  expect([priceOf("a/b", usage), priceOf("a/c", usage), priceOf("a/c", usage)]).toEqual([3, null, null]);
  expect(said).toEqual([
    ["price function failed", { model: "a/c", reason: "Cannot read properties of undefined (reading 'i')" }],
  ]);
});

it("a model that nobody has named a price for is unknown, and the offline one is free", () => {
  expect(pricesOf(undefined)("openai/some-new-model", usage)).toBeNull();
  expect(pricesOf(undefined)("toString", usage)).toBeNull();
  expect(pricesOf(undefined)("offline/rules", usage)).toBe(0);
});

it("each list price says where it stands and since when", () => {
  const rows = Object.values(MODEL_PRICES);
  expect(rows.length).toBeGreaterThan(10);
  for (const { source, asOf, inputUsd, cachedInputUsd = inputUsd, outputUsd } of rows) {
    expect(source).toMatch(/^https:\/\//u);
    expect(asOf).toMatch(/^\d{4}-\d{2}$/u);
    expect(cachedInputUsd).toBeLessThanOrEqual(inputUsd);
    expect(outputUsd).toBeGreaterThan(inputUsd);
  }
});
