import { ColonyError, agentId, callId, type Draft, type DraftStore, type Logger } from "@colony/core";
import { createMemoryDraftStore } from "@colony/eventbus";
import { createScriptedModel } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { defineWorker } from "../definition.ts";
import { TestColony, WORKER } from "../testing/test-colony.ts";
import { DraftKeeper } from "./draft-keeper.ts";

const CALL = callId("w-1.1.m1");

/** A draft store that says how often it was written, and can fail. */
class CountedStore implements DraftStore {
  readonly #inner = createMemoryDraftStore();
  writes = 0;
  isFull = false;

  list(): Promise<readonly Draft[]> {
    return this.#inner.list();
  }

  async change(change: Parameters<DraftStore["change"]>[0]): Promise<void> {
    this.writes += 1;
    if (this.isFull) throw new ColonyError("log.write_failed", "the disk is full");
    await this.#inner.change(change);
  }
}

/** A worker whose model call is under way, and a keeper of its drafts. */
async function underWay(store = new CountedStore()) {
  const colony = await TestColony.open({
    definition: defineWorker({ model: createScriptedModel([]) }),
  });
  await colony.spawn();
  await colony.execute({ type: "execution.start", host: "host-1" });
  await colony.execute({ type: "model.start", model: "m" });
  const logged: string[] = [];
  const warn = (_data: object, message: string): void => void logged.push(message);
  const logger: Logger = { debug: warn, info: warn, warn, error: warn, child: () => logger };
  const keeper = () => new DraftKeeper({ store, ledger: colony.ledger, clock: colony.clock, logger });
  return { colony, store, logged, keeper };
}

const lose = { type: "model.lose", callId: CALL } as const;

describe("a draft", () => {
  it("of an answer that takes less than a second is never written, and no timer is left of it", async () => {
    const { colony, store, keeper } = await underWay();
    const drafts = keeper();
    drafts.begin(WORKER, CALL, { text: "quick" });
    await colony.clock.advance(900);
    drafts.end(WORKER, CALL);
    expect(colony.clock.pending()).toBe(0);
    await colony.clock.advance(10_000);
    expect(store.writes).toBe(0);
  });

  it("is one row that grows with the answer, written once a second and only where more was said", async () => {
    const { colony, store, keeper } = await underWay();
    const drafts = keeper();
    const answer = { text: "One" };
    drafts.begin(WORKER, CALL, answer);
    for (const text of ["One two", "One two", "One two three", "One two three"]) {
      await colony.clock.advance(1_000);
      answer.text = text;
    }
    await colony.clock.advance(1_000);
    expect(await store.list()).toEqual([{ agentId: WORKER, callId: CALL, text: "One two three" }]);
    expect(store.writes).toBe(3);
  });

  it("stays until the outcome of its call is recorded, and is gone after it", async () => {
    const { colony, store, keeper } = await underWay();
    const drafts = keeper();
    drafts.begin(WORKER, CALL, { text: "Half" });
    await colony.clock.advance(1_000);
    drafts.end(WORKER, CALL);
    await colony.clock.advance(5_000);
    expect(await store.list()).toHaveLength(1);
    await colony.execute(lose);
    await colony.clock.advance(1_000);
    expect(await store.list()).toEqual([]);
    expect(colony.clock.pending()).toBe(0);
  });

  it("of an earlier host is there while its call has no outcome, for that call only", async () => {
    const { colony, store, keeper } = await underWay();
    await store.change({ keep: [{ agentId: WORKER, callId: CALL, text: "Half" }], forget: [] });
    const drafts = keeper();
    await drafts.takeUp();
    expect(drafts.leftOf(WORKER, callId("w-1.1.m2"))).toBeUndefined();
    expect(drafts.leftOf(WORKER, CALL)).toBe("Half");
    await colony.execute(lose);
    await colony.clock.advance(1_000);
    expect(await store.list()).toEqual([]);
    const later = keeper();
    await later.takeUp();
    expect(later.leftOf(WORKER, CALL)).toBeUndefined();
  });

  it("that says nothing any more is forgotten when the next host comes", async () => {
    const { colony, store, keeper } = await underWay();
    await store.change({ keep: [{ agentId: WORKER, callId: CALL, text: "Half" }], forget: [] });
    await colony.execute(lose);
    await keeper().takeUp();
    expect(await store.list()).toEqual([]);
    expect(colony.clock.pending()).toBe(0);
  });

  it("is written when its host leaves the call without an outcome, however short it was", async () => {
    const { colony, store, keeper } = await underWay();
    const drafts = keeper();
    drafts.begin(WORKER, CALL, { text: "Ha" });
    drafts.leave(WORKER, CALL);
    drafts.end(WORKER, CALL);
    await drafts.close();
    expect(await store.list()).toEqual([{ agentId: WORKER, callId: CALL, text: "Ha" }]);
    expect(colony.clock.pending()).toBe(0);
  });

  it("that cannot be written harms nothing, is told once, and is written when that goes again", async () => {
    const { colony, store, logged, keeper } = await underWay();
    const drafts = keeper();
    store.isFull = true;
    drafts.begin(WORKER, CALL, { text: "Half" });
    await colony.clock.advance(1_000);
    await colony.clock.advance(1_000);
    expect(logged).toEqual(["drafts of answers not kept"]);
    store.isFull = false;
    await colony.clock.advance(1_000);
    expect(await store.list()).toHaveLength(1);
  });
});

it.each([50, 150, 400, 900])(
  "nobody loses more than a second of what was said, also where another answer began %i ms before",
  async (apartMs) => {
    const { colony, store, keeper } = await underWay();
    const drafts = keeper();
    const [first, second] = [agentId("w-1"), agentId("w-2")];
    await colony.spawn({ id: second });
    await colony.execute({ type: "execution.start", host: "host-1" }, second);
    await colony.execute({ type: "model.start", model: "m" }, second);
    const said = { one: { text: "" }, two: { text: "" } };
    const grow = async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 50) {
        await colony.clock.advance(50);
        for (const answer of Object.values(said)) answer.text += `${colony.clock.now()} `;
      }
    };
    drafts.begin(first, CALL, said.one);
    await grow(apartMs);
    drafts.begin(second, callId("w-2.1.m1"), said.two);
    for (let steps = 0; steps < 60; steps += 1) {
      await grow(50);
      const now = colony.clock.now();
      const rows = await store.list();
      for (const { text } of rows)
        expect(now - Number(text.trimEnd().split(" ").at(-1))).toBeLessThanOrEqual(1_050);
      expect(rows.length).toBeGreaterThanOrEqual(steps < 20 ? 0 : 2);
    }
    expect(store.writes).toBeLessThanOrEqual(8);
  },
);

it("drafts of many calls at once are one write a second", async () => {
  const { colony, store, keeper } = await underWay();
  const drafts = keeper();
  drafts.begin(WORKER, CALL, { text: "Half" });
  for (let number = 2; number <= 50; number += 1) {
    const id = await colony.spawn({ id: `w-${number}` });
    await colony.execute({ type: "execution.start", host: "host-1" }, id);
    await colony.execute({ type: "model.start", model: "m" }, id);
    drafts.begin(id, callId(`${id}.1.m1`), { text: `Half of ${id}` });
  }
  await colony.clock.advance(1_000);
  expect(store.writes).toBe(1);
  expect(await store.list()).toHaveLength(50);
});
