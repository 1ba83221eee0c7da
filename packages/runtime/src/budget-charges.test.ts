import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOGGER } from "@colony/core";
import { createManualClock, readAll } from "@colony/testkit";
import { expect, it } from "vitest";
import { setFolderBudget } from "./folder-budget.ts";
import { openColony } from "./open-colony.ts";
import { chargedIn, memory, named, openPriced as open } from "./testing/priced-colony.ts";

const failing = (statusCode: number) => ({
  throws: Object.assign(new Error(`status ${statusCode}`), { statusCode }),
});

/** A worker whose model fails so often before it answers. */
async function spentAfter(fails: object, times: number) {
  const clock = createManualClock({ now: 1_000 });
  const store = memory();
  await using colony = await open({
    clock,
    store,
    budget: { usd: 1_000 },
    worker: (_request, index) =>
      index < times ? fails : { text: "done", usage: { inputTokens: 300, outputTokens: 40 } },
  });
  const worker = await colony.spawn("helper", { task: "t" });
  await clock.advance(600_000);
  expect(await worker.report()).toMatchObject({ status: "success" });
  const events = await readAll(store.log);
  const reserved = events.flatMap((event) =>
    event.type === "MODEL_CALL_STARTED" ? [event.data.reserved?.usd ?? 0] : [],
  );
  const { spent, held } = colony.budget();
  expect(reserved).toHaveLength(times + 1);
  expect(held.usd).toBe(0);
  expect(spent.usd).toBeCloseTo(chargedIn(events));
  return {
    usd: spent.usd ?? Number.NaN,
    lost: reserved.slice(0, times).reduce((sum, each) => sum + each, 0),
  };
}

const coded = (code: string) => Object.assign(new Error(code), { code });
const turnedAway = Object.assign(new Error("too many tokens this minute"), { statusCode: 429 });

it.each([
  ["a provider that fails", failing(503)],
  ["a server that breaks off", { text: "half", ending: "break_off" as const }],
  ["a connection that is reset", { throws: coded("ECONNRESET") }],
  ["a provider that turns a call away after it has thought", { reasoning: "hm", streamError: turnedAway }],
  [
    "a provider that turns a call away after it has begun to call a tool",
    { toolCalls: [{ name: "look", input: { n: 1 } }], streamError: turnedAway },
  ],
  [
    "a stream in which the next server of a chain is not there",
    { reasoning: "hm", streamError: coded("ECONNREFUSED") },
  ],
])("each try at %s is charged with the most that it may have cost", async (_what, fails) => {
  const { usd, lost } = await spentAfter(fails, 3);
  expect(lost).toBeGreaterThan(1);
  expect(usd).toBeCloseTo(lost + 0.34);
});

it.each([
  ["nothing", {}],
  ["only what went in", { inputTokens: 300 }],
  ["what cannot be", { inputTokens: -300, outputTokens: Number.NaN }],
  ["more than any call can have", { inputTokens: 1e300, outputTokens: 1e10 }],
])(
  "an answer of which the provider says %s is charged with the most that it may have cost",
  async (_what, told) => {
    const store = memory();
    const usage = { inputTokens: 0, outputTokens: 0, ...told };
    await using colony = await open({
      store,
      budget: { usd: 1_000 },
      worker: () => ({ text: "done", usage }),
    });
    const report = await (await colony.spawn("helper", { task: "t" })).report();
    expect(report).toMatchObject({ status: "success", usage: { costUsd: null } });
    const reserved = (await readAll(store.log)).flatMap((event) =>
      event.type === "MODEL_CALL_STARTED" ? [event.data.reserved] : [],
    );
    expect(reserved[0]?.usd).toBeGreaterThan(0);
    expect(colony.budget().spent).toMatchObject({ usd: reserved[0]?.usd, tokens: reserved[0]?.tokens });
  },
);

it("who hears of a spawn and spawns at once finds what is spent counted once, and what is left free", async () => {
  const store = memory();
  await using colony = await open({ store, budget: { workers: 2 }, worker: () => ({ text: "done" }) });
  const found: ReturnType<typeof colony.budget>[] = [];
  const second: ReturnType<typeof colony.spawn>[] = [];
  colony.events$.subscribe(({ type, data }) => {
    if (type !== "AGENT_SPAWNED" || data.name !== "first") return;
    found.push(colony.budget());
    second.push(colony.spawn("helper", { task: "t", name: "second" }));
  });
  const first = await colony.spawn("helper", { task: "t", name: "first" });
  const reports = [await first.report(), await (await second[0])?.report()];
  expect(reports).toMatchObject([{ status: "success" }, { status: "success" }]);
  expect(found).toMatchObject([{ spent: { workers: 1 }, held: { workers: 0 } }]);
  await expect(colony.spawn("helper", { task: "t" })).rejects.toMatchObject({ code: "budget.exhausted" });
});

it.each([
  ["a provider that turns it away", failing(429)],
  ["a provider that turns it away in the stream, before anything of an answer", { streamError: turnedAway }],
  ["a server that nobody has started", { throws: coded("ECONNREFUSED") }],
  ["a name that nobody knows", { throws: new Error("Cannot connect to API", { cause: coded("ENOTFOUND") }) }],
  ["a network that is down", { throws: new TypeError("fetch failed", { cause: coded("EAI_AGAIN") }) }],
])("a call is free where nothing was done for it: by %s", async (_what, fails) => {
  const { usd } = await spentAfter(fails, 3);
  expect(usd).toBeCloseTo(0.34);
});

it("a budget of money is refused where what was spent has no price, also while nobody has the colony open", async () => {
  const dir = await mkdtemp(join(tmpdir(), "colony-unpriced-"));
  try {
    const model = named("overseer", () => ({ text: "heard" }));
    const options = {
      dir: join(dir, "colony"),
      overseer: { model },
      prices: () => null,
      logger: SILENT_LOGGER,
    };
    const colony = await openColony(options);
    await (await colony.inject("hello")).reply();
    expect(colony.budget().spent.usd).toBeNull();
    await colony.close();
    const refused = {
      code: "settings.invalid",
      message:
        "there is a budget of 5 US dollars, and what this colony has spent so far is not known, because its models had no price; give a budget of tokens instead",
    };
    await expect(setFolderBudget(options.dir, { usd: 5 })).rejects.toMatchObject(refused);
    await expect(openColony({ ...options, prices: () => 0.01, budget: { usd: 5 } })).rejects.toMatchObject(
      refused,
    );
    expect(await setFolderBudget(options.dir, { tokens: 5 })).toMatchObject({ budget: { tokens: 5 } });
  } finally {
    await rm(dir, { recursive: true });
  }
});
