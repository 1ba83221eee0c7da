import { expect, it } from "vitest";
import { Arguments } from "../arguments/arguments.ts";
import { resolveSettings } from "../settings/resolve-settings.ts";
import { examinePrice } from "./examine-price.ts";

const env = { OPENAI_API_KEY: "none" };
const priceOf = (texts: Record<string, string>, given: Record<string, string> = env) =>
  examinePrice(
    resolveSettings({ args: new Arguments({ texts: Object.entries(texts) }), env: given, cwd: "/" }),
    given,
  ).map(({ state, says }) => `${state}: ${says}`);

it("a list price says where it stands and since when", () => {
  expect(priceOf({ model: "openai/gpt-4.1" })[0]).toMatch(
    /^good: \$2 in and \$8 out for a million tokens \(list price of \d{4}-\d{2}, https:\/\/\S+\)$/u,
  );
});

it("a price of one's own goes before it, and says who set it", () => {
  const prices = "openai/gpt-4.1=1.5/6";
  expect(priceOf({ model: "openai/gpt-4.1", prices })).toEqual([
    "good: $1.5 in and $6 out for a million tokens (--prices)",
  ]);
  expect(priceOf({ model: "openai/gpt-4.1" }, { ...env, COLONY_PRICES: prices })[0]).toContain(
    "(COLONY_PRICES)",
  );
});

it("one that nobody knows is said to be unknown, with what to set", () => {
  expect(priceOf({ model: "openai/gpt-99" })).toEqual([
    'note: not known for openai/gpt-99: costs are shown as unknown, and a budget in US dollars needs --prices "openai/gpt-99=IN/OUT"',
  ]);
});

it("nothing is said of a model that is free, or that cannot be used", () => {
  expect(priceOf({}, {})).toEqual([]);
  expect(priceOf({ model: "anthropic/x" })).toEqual([]);
});
