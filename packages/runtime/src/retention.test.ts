import { PRUNED_TYPES, type ColonyEvent } from "@colony/core";
import { checkPromises, createGate, createMemoryGround } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import type { ColonyOptions } from "./options.ts";
import { calls, heard, newest, results } from "./testing/said.ts";
import { HOUR, KeptColony } from "./testing/kept-colony.ts";

const GONE = new Set<string>(PRUNED_TYPES);
const saidBy = (events: readonly ColonyEvent[], colony: Colony, name: string): readonly string[] => {
  const { id } = colony.agent(name);
  return events.filter(({ agentId, type }) => agentId === id && GONE.has(type)).map(({ type }) => type);
};
const prunings = (events: readonly ColonyEvent[]): readonly (readonly string[])[] =>
  events.flatMap((event) =>
    event.type === "HISTORY_PRUNED" ? [event.data.agents.map(({ agentId }) => agentId)] : [],
  );

describe("pruning", () => {
  it("removes what workers that ended long ago have said and done, and nothing of the others", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "old");
    await kept.later(25 * HOUR);
    await kept.ended(colony, "young");
    const young = saidBy(await kept.events(), colony, "young");
    const would = await colony.prunable();
    expect(would).toMatchObject({ agents: 1 });
    expect(would.events).toBeGreaterThan(3);
    expect(would.sizeBytes).toBeGreaterThan(100);
    const before = await kept.events();
    expect(await colony.prune()).toEqual(would);
    const after = await kept.events();
    expect(before.length + 1 - after.length).toBe(would.events);
    expect(saidBy(after, colony, "old")).toEqual([]);
    expect(saidBy(after, colony, "young")).toEqual(young);
    expect(checkPromises(after)).toEqual([]);
    expect(await colony.prune()).toEqual({ agents: 0, events: 0, sizeBytes: 0 });
    expect(prunings(await kept.events())).toEqual([["w-1"]]);
  });

  it("keeps who there was, its report, what it used and what budgets have come to, also over an opening", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open({ budget: { tokens: 1_000_000 } });
    await kept.ended(colony, "old");
    await kept.later(25 * HOUR);
    const { record } = colony.agent("old");
    const report = await colony.agent("old").report();
    const budget = colony.budget();
    await colony.prune();
    for (const open of [async () => colony, () => kept.close().then(() => kept.open())]) {
      const again = await open();
      const now = again.agent("old").record;
      expect(now).toEqual({
        ...record,
        prunedAt: now.prunedAt,
        execution: { ...record.execution, phase: "finalizing" },
      });
      expect(now.prunedAt).toBeGreaterThan(25 * HOUR);
      expect(await again.agent("old").report()).toEqual(report);
      expect(again.budget()).toEqual(budget);
      await expect(again.agent("old").conversation()).rejects.toMatchObject({
        code: "agent.pruned",
        message: expect.stringMatching(
          /^the conversation of worker "old" was pruned on 1970-01-02T01:00:0\d\.\d{3}Z; its report is: success: done, \d+$/,
        ) as unknown,
      });
      expect((await again.agent("old").state()).conversation).toEqual([]);
    }
  });

  it("can be asked for with another age, down to none", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "a");
    await kept.later(HOUR);
    expect(await colony.prune()).toMatchObject({ agents: 0 });
    expect(await colony.prune({ olderThanMs: 2 * HOUR })).toMatchObject({ agents: 0 });
    expect(await colony.prune({ olderThanMs: HOUR / 2 })).toMatchObject({ agents: 1 });
    await kept.ended(colony, "b");
    expect(await colony.prune({ olderThanMs: 0 })).toMatchObject({ agents: 0 });
    await kept.later(1);
    expect(await colony.prune({ olderThanMs: 0 })).toMatchObject({ agents: 1 });
  });

  it("spares whoever is open, however old, and a closed one that has something waiting for when it is opened again", async () => {
    await using kept = new KeptColony();
    const gate = createGate();
    const colony = await kept.open({
      limits: { concurrency: 9 },
      worker: (request) => ({ text: "done", ...(newest(request) === "now" ? {} : { before: gate.opened }) }),
    });
    await colony.spawn("keeper", { task: "now", name: "idle" }).then((worker) => worker.report());
    const putOff = await colony.spawn("keeper", { task: "long", name: "put-off" });
    await colony.spawn("helper", { task: "long", name: "at-work" });
    await kept.settled();
    await putOff.inject("now", { mode: "queue" });
    await putOff.close();
    await kept.later(100);
    expect(putOff.record).toMatchObject({ status: "closed", pendingInputs: 1 });
    expect(await colony.prune({ olderThanMs: 10 })).toMatchObject({ agents: 0 });
    await putOff.reopen();
    await kept.settled();
    expect(await putOff.report()).toMatchObject({ summary: "done" });
    await putOff.close();
    await kept.later(100);
    expect(await colony.prune({ olderThanMs: 10 })).toMatchObject({ agents: 1 });
    gate.open();
    await kept.settled();
    expect(checkPromises(await kept.events())).toEqual([]);
  });

  it("leaves a report that its parent has not been given yet in the parent's inbox, and spares the worker until then", async () => {
    await using kept = new KeptColony();
    const gate = createGate();
    const colony = await kept.open({
      chat: (request, index) => ({
        text: `heard ${heard(request).length}`,
        ...(index === 0 ? { before: gate.opened } : {}),
      }),
    });
    const receipt = await colony.inject("hello");
    await kept.settled();
    await colony
      .spawn("helper", { task: "t", name: "reports", parent: "overseer" })
      .then((worker) => worker.report());
    await kept.later(100);
    const { inbox } = await colony.overseer.state();
    expect(inbox).toMatchObject([{ kind: "report" }]);
    expect(await colony.prune({ olderThanMs: 10 })).toMatchObject({ agents: 0 });
    gate.open();
    await receipt.reply();
    await colony.idle();
    expect(await colony.prune({ olderThanMs: 10 })).toMatchObject({ agents: 1 });
    expect(
      (await colony.overseer.conversation()).some((message) =>
        JSON.stringify(message).includes("worker_report"),
      ),
    ).toBe(true);
    expect(checkPromises(await kept.events())).toEqual([]);
  });

  it("takes nothing from readers of the feed but what is gone, and tells them nothing of a gap", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "a");
    await kept.later(25 * HOUR);
    const slow = colony.feed({ after: 0 })[Symbol.asyncIterator]();
    const seen = [(await slow.next()).value];
    await colony.prune();
    const head = colony.head();
    while ((seen.at(-1)?.seq ?? 0) < head) seen.push((await slow.next()).value);
    const seqs = seen.map((event) => event?.seq ?? 0);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seen.at(-1)?.type).toBe("HISTORY_PRUNED");
    await slow.return?.();
  });

  it("of a persistent worker means that it is not opened again, and says so", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "k", "keeper");
    await kept.later(25 * HOUR);
    await colony.prune();
    await expect(colony.agent("k").reopen()).rejects.toMatchObject({ code: "agent.pruned" });
    expect(colony.agent("k").record.status).toBe("closed");
  });

  it.each<[unknown, string]>([
    [{ olderThanMs: -1 }, "olderThanMs of prune is -1; give a number of milliseconds from 0"],
    [{ olderThanMs: "24h" }, 'olderThanMs of prune is "24h"; give a number of milliseconds from 0'],
    [{ olderThanMs: Number.NaN }, "olderThanMs of prune is NaN; give a number of milliseconds from 0"],
    [{ all: true }, "there is no option all of prune"],
    [7, "the options of prune are no object; leave them out, or give one"],
  ])("by %j is refused, and nothing is pruned: %s", async (options, message) => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    const refusal = { code: "usage.invalid", message: expect.stringContaining(message) as unknown };
    await expect(colony.prune(options as object)).rejects.toMatchObject(refusal);
    await expect(colony.prunable(options as object)).rejects.toMatchObject(refusal);
    expect(prunings(await kept.events())).toEqual([]);
  });

  it("of a closed colony is refused", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.close();
    await expect(colony.prune()).rejects.toMatchObject({ code: "colony.closed" });
    await expect(colony.prunable()).rejects.toMatchObject({ code: "colony.closed" });
  });
});

describe("a colony that keeps nothing longer than it is to", () => {
  const retention = { prune: "events", keepMs: 24 * HOUR } as const;

  it("prunes by itself once that time is over, and not before", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open({ retention });
    await kept.ended(colony, "a");
    await kept.later(20 * HOUR);
    await kept.ended(colony, "b");
    expect(prunings(await kept.events())).toEqual([]);
    for (let hours = 0; hours < 6; hours += 1) await kept.later(HOUR);
    expect(colony.agent("a").record.prunedAt).toBeDefined();
    expect(colony.agent("b").record.prunedAt).toBeUndefined();
    for (let hours = 0; hours < 20; hours += 1) await kept.later(HOUR);
    expect(prunings(await kept.events())).toEqual([["w-1"], ["w-2"]]);
    await kept.close();
    expect(kept.ground.clock.untilNext()).toBeUndefined();
  });

  it("prunes what has become old while nobody had it open as soon as it is opened", async () => {
    await using kept = new KeptColony();
    await kept.ended(await kept.open(), "a");
    await kept.close();
    await kept.ground.clock.advance(25 * HOUR);
    const colony = await kept.open({ retention });
    await kept.settled();
    expect(colony.agent("a").record.prunedAt).toBeDefined();
    expect(saidBy(await kept.events(), colony, "a")).toEqual([]);
  });

  it("keeps everything where nobody says otherwise, and sets no timer for it", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "a");
    await kept.later(10_000 * HOUR);
    expect(prunings(await kept.events())).toEqual([]);
    expect(kept.ground.clock.untilNext()).toBeUndefined();
  });

  it("needs a store that can remove something, and says so at once", async () => {
    const { log, snapshots, blobs, clock, ids } = createMemoryGround();
    const { pruning: _none, ...forEver } = log;
    await using kept = new KeptColony();
    await expect(
      kept.open({ store: { log: forEver, snapshots, blobs }, clock, ids, retention }),
    ).rejects.toMatchObject({
      code: "settings.invalid",
      message: expect.stringContaining("this store keeps every event for ever") as unknown,
    });
    const colony = await kept.open({ store: { log: forEver, snapshots, blobs }, clock, ids });
    await expect(colony.prune()).rejects.toMatchObject({ code: "settings.invalid" });
  });

  it.each<[object, string]>([
    [
      { retention: { keepMs: -1 } },
      "retention.keepMs is -1; give a number of milliseconds from 0, or Infinity",
    ],
    [
      { retention: { keepMs: "24h" } },
      'retention.keepMs is "24h"; give a number of milliseconds from 0, or Infinity',
    ],
    [{ retention: { prune: "all" } }, 'retention.prune is "all"; give "never" or "events"'],
    [{ retention: { keep: 3 } }, "there is no option retention.keep (did you mean retention.keepMs?)"],
    [{ retention: 3 }, "retention is 3; give an object with some of keepMs and prune"],
    [
      { limits: { retentionMs: Number.NaN } },
      "limits.retentionMs is NaN; give a number of milliseconds from 0, or Infinity",
    ],
    [
      { limits: { retentionMs: "24h" } },
      'limits.retentionMs is "24h"; give a number of milliseconds from 0, or Infinity',
    ],
  ])("is not opened with %j: %s", async (options, message) => {
    const wrong: object = { overseer: {}, ...options };
    await expect(openColony(wrong as ColonyOptions)).rejects.toMatchObject({
      code: "settings.invalid",
      message: expect.stringContaining(message) as unknown,
    });
  });
});

it("what tools of a pruned worker came to stays to be read, and a log full of calls is pruned like any other", async () => {
  await using kept = new KeptColony();
  const colony = await kept.open({
    worker: (request) =>
      results(request).length < 3 ? calls(["unheard_of", { n: results(request).length }]) : { text: "done" },
  });
  await kept.ended(colony, "a");
  await kept.later(25 * HOUR);
  expect((await colony.prune()).events).toBeGreaterThan(12);
  expect(saidBy(await kept.events(), colony, "a")).toEqual([]);
  expect(colony.agent("a").record).toMatchObject({ toolCalls: 3, execution: { turns: 4, toolCalls: 3 } });
});
