import { agentId, inputId, type Append, type ColonyEvent } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { EventBus } from "./bus.ts";
import { createMemoryLog } from "./memory-log.ts";

const EVENTS = 1_200;
const READERS = 990;
const HISTORY = 200;

const append = (expectedVersion: number, count: number): Append => ({
  agentId: agentId("a"),
  expectedVersion,
  events: Array.from({ length: count }, (_, index) => ({
    type: "INPUT_RECEIVED",
    data: {
      inputId: inputId(`i-${expectedVersion + index}`),
      kind: "chat",
      mode: "queue",
      from: "user",
      text: "x",
    },
  })),
  at: 1,
});

/** One turn of everything that waits for nothing but its turn. */
const turn = async (): Promise<void> => {
  await Promise.resolve();
};

/** Who never reads at all, who read once and stopped, and who asked and does not take what came. */
function neverReading(bus: EventBus, count: number): AsyncIterator<ColonyEvent, undefined>[] {
  return Array.from({ length: count }, (_, index) => {
    const feed = index % 2 === 0 ? bus.feed() : bus.events$();
    const iterator = feed[Symbol.asyncIterator]();
    if (index % 3 === 0) void iterator.next();
    return iterator;
  });
}

/** A bus with a crowd of readers, some of whom do not read; how many turns it took until all others had everything. */
async function crowd(slow: number) {
  const bus = new EventBus({ clock: createManualClock(), log: createMemoryLog(), history: HISTORY });
  const sleepers = neverReading(bus, slow);
  const had = Array.from({ length: READERS }, () => 0);
  let orderly = true;
  const reading = had.map(async (_none, reader) => {
    for await (const { seq } of bus.feed({ until: EVENTS })) {
      orderly &&= seq === (had[reader] ?? 0) + 1;
      had[reader] = seq;
    }
  });
  const push = { seqs: 0 };
  bus.events$().subscribe(({ seq }) => void (push.seqs = seq));
  let published = 0;
  let lateAtMost = 0;
  while (published < EVENTS) {
    await bus.publish(append(published, 100));
    published += 100;
    let turns = 0;
    for (; had.some((seq) => seq < published); turns += 1) await turn();
    lateAtMost = Math.max(lateAtMost, turns);
  }
  await Promise.all(reading);
  return { bus, sleepers, had, orderly, pushed: push.seqs, lateAtMost };
}

describe("among a thousand subscribers ten who never read", () => {
  it("make nobody late by a single turn, and nobody loses an event", async () => {
    const alone = await crowd(0);
    const beside = await crowd(10);
    expect(beside.lateAtMost).toBe(alone.lateAtMost);
    expect(new Set(beside.had)).toEqual(new Set([EVENTS]));
    expect(beside.orderly).toBe(true);
    expect(beside.pushed).toBe(EVENTS);
  });

  it("cost nothing while they sleep, and catch up from the log when they wake", async () => {
    const { bus, sleepers } = await crowd(10);
    expect(bus.stats()).toMatchObject({ waitingFeeds: 0, subscribers: 1 });
    expect(bus.stats().history).toBeLessThan(2 * HISTORY);
    for (const [index, sleeper] of sleepers.entries()) {
      const seqs: number[] = [];
      const first = index % 3 === 0 ? 2 : 1;
      for (let seq = first; seq <= EVENTS; seq += 1) {
        const result = await sleeper.next();
        if (result.done !== true) seqs.push(result.value.seq);
      }
      expect(seqs).toEqual(Array.from({ length: EVENTS - first + 1 }, (_, place) => first + place));
      await sleeper.return?.();
    }
    expect(bus.stats().waitingFeeds).toBe(0);
  });
});

describe("a place in the log", () => {
  const opened = async () => {
    const bus = new EventBus({ clock: createManualClock(), log: createMemoryLog() });
    await bus.publish(append(0, 3));
    return bus;
  };

  it("that it has not come to is refused with a code, not answered with silence", async () => {
    const bus = await opened();
    const refused = {
      code: "feed.beyond_head",
      message: "there is no event 4 to go on after, the newest is 3; read from there, or from the start",
      details: { after: 4, head: 3 },
    };
    expect(() => bus.feed({ after: 4 })).toThrow(expect.objectContaining(refused) as Error);
    await expect(bus.waitFor({}, { after: 4 })).rejects.toMatchObject(refused);
  });

  it("that is its end is waited at, also by who hears of it before the bus has told it", async () => {
    const log = createMemoryLog();
    const early: AsyncIterator<ColonyEvent, undefined>[] = [];
    const opened: { bus?: EventBus } = {};
    log.onAppended((events) => {
      const seq = events.at(-1)?.seq ?? 0;
      const feed = opened.bus?.feed({ after: seq });
      if (feed !== undefined) early.push(feed[Symbol.asyncIterator]());
    });
    const bus = new EventBus({ clock: createManualClock(), log });
    opened.bus = bus;
    await bus.publish(append(0, 3));
    const next = early[0]?.next();
    await bus.publish(append(3, 1));
    expect(await next).toMatchObject({ done: false, value: { seq: 4 } });
    for (const reader of early) await reader.return?.();
  });
});
