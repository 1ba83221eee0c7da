import type { ColonyEvent, ModelRequest } from "@colony/core";
import { readAll, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { looksFor, memory, openPriced as open, turnsOf } from "./testing/priced-colony.ts";

const WORDS = "word ".repeat(8_000);
const TURNS = 6;

/** What a provider counts for a request of words. */
const tokensOf = ({ prompt }: ModelRequest): number => Math.ceil(JSON.stringify(prompt).length / 4);

/** Leaves what it had cached out of every other count. */
const countsOddly = (request: ModelRequest): ScriptedTurn => {
  const inputTokens = turnsOf(request) % 2 === 0 ? 5 : tokensOf(request);
  return { ...looksFor(TURNS)(request), usage: { inputTokens, outputTokens: 10 } };
};

const reservedIn = (events: readonly ColonyEvent[]): readonly number[] =>
  events.flatMap((event) => (event.type === "MODEL_CALL_STARTED" ? [event.data.reserved?.tokens ?? 0] : []));

describe("what a provider has counted", () => {
  it("is no measure for the next call where most of the words are not in it: the budget holds", async () => {
    const budget = 160_000;
    const charged: number[] = [];
    const note = (): void => {
      const { spent, held } = colony.budget();
      charged.push(spent.tokens + held.tokens);
    };
    await using colony = await open({
      budget: { tokens: budget },
      prices: () => null,
      worker: (request) => {
        note();
        return countsOddly(request);
      },
    });
    const workers = await Promise.all(
      Array.from({ length: 10 }, () => colony.spawn("helper", { task: WORDS })),
    );
    await Promise.all(workers.map(async (worker) => await worker.report()));
    note();
    expect(charged.length).toBeGreaterThan(4);
    expect(Math.max(...charged)).toBeLessThanOrEqual(budget);
  });

  const picture = { mediaType: "image/png", data: "AAAA".repeat(10_000) };
  it.each([
    { what: "words", said: WORDS, first: { text: "one" }, inputTokens: 10_000 },
    { what: "a picture", said: "this", files: [picture], first: { text: "one" }, inputTokens: 1_500 },
    {
      what: "thoughts that are left out",
      said: "this",
      first: { reasoning: WORDS, text: "one" },
      inputTokens: 1_500,
    },
  ])("is the measure for the next call: of $what", async ({ said, files = [], first, inputTokens }) => {
    const store = memory();
    const counts: ModelRequest[] = [];
    await using colony = await open({
      store,
      budget: { tokens: 1_000_000 },
      prices: () => null,
      overseer: (request) => {
        counts.push(request);
        return {
          ...(counts.length === 1 ? first : { text: "two" }),
          usage: { inputTokens, outputTokens: 10 },
        };
      },
    });
    await (await colony.inject(said, { files })).reply();
    await (await colony.inject("and now?")).reply();
    await (await colony.inject("and then?")).reply();
    const [, , third = 0] = reservedIn(await readAll(store.log));
    expect(third).toBeGreaterThan(inputTokens);
    expect(third).toBeLessThan(inputTokens + 2_000);
  });
});
