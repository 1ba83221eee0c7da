import { getEventListeners } from "node:events";
import {
  agentId,
  inputId,
  type Append,
  type ColonyEvent,
  type EventLog,
  type EventQuery,
  type LogRead,
} from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { map, take, toArray, lastValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import { EventBus } from "./bus.ts";
import { createMemoryLog } from "./memory-log.ts";

const append = (agent: string, expectedVersion: number, count = 1): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: Array.from({ length: count }, () => ({
    type: "INPUT_RECEIVED",
    data: { inputId: inputId("i"), kind: "chat", mode: "queue", from: "user", text: "x" },
  })),
  at: 1,
});
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};
const count = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Repeatable randomness: the same seed draws the same numbers. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function openBus(options: { readonly history?: number; readonly log?: EventLog } = {}) {
  const memory = createMemoryLog();
  const reads: LogRead[] = [];
  const log: EventLog = {
    ...memory,
    read: (read) => {
      reads.push(read);
      return memory.read(read);
    },
  };
  const bus = new EventBus({ clock: createManualClock(), log, ...options });
  return { bus, log, reads, events: () => memory.events() };
}

async function read(feed: AsyncIterable<ColonyEvent>): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of feed) seqs.push(seq);
  return seqs;
}

describe("a feed", () => {
  it("has neither a gap nor a repeat, however appends, reads and evictions fall together", async () => {
    let fromLog = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const draw = random(seed);
      const { bus, reads, events } = openBus({ history: draw(8) });
      const total = 30 + draw(60);
      const versions = new Map<string, number>();
      const publish = async (size: number): Promise<void> => {
        const agent = `w-${draw(3)}`;
        const version = versions.get(agent) ?? 0;
        versions.set(agent, version + size);
        await bus.publish(append(agent, version, size));
      };
      for (let published = 0; published < total / 2; published += 1) await publish(1);
      const after = draw(bus.stats().head + 1);
      const query: EventQuery = draw(2) === 0 ? {} : { agentId: agentId(`w-${draw(3)}`) };
      const until = Math.ceil(total / 2) + total;
      const seen: ColonyEvent[] = [];
      const reading = (async () => {
        for await (const event of bus.feed({ after, until, query })) {
          seen.push(event);
          await turns(draw(6) === 0 ? 60 : draw(4));
        }
      })();
      const writes: Promise<void>[] = [];
      while (bus.stats().head < until) {
        writes.push(publish(1 + draw(3)));
        await turns(draw(12));
      }
      await Promise.all(writes);
      await reading;
      const wanted = events().filter(
        ({ agentId: id }) => query.agentId === undefined || query.agentId === id,
      );
      expect([seed, ...seen.map(({ seq }) => seq)]).toEqual([
        seed,
        ...wanted.map(({ seq }) => seq).filter((seq) => seq > after && seq <= until),
      ]);
      fromLog += reads.length;
    }
    expect(fromLog).toBeGreaterThan(60);
  });

  it("crosses the pages of the log without a gap or a repeat, filtered or not", async () => {
    const { bus } = openBus({ history: 3 });
    await bus.publish(append("a", 0, 501));
    await bus.publish(append("b", 0, 999));
    await bus.publish(append("a", 501, 500));
    expect(await read(bus.feed({ until: 2_000 }))).toEqual(count(1, 2_000));
    expect(await read(bus.feed({ until: 2_000, query: { agentId: agentId("a") } }))).toEqual([
      ...count(1, 501),
      ...count(1_501, 2_000),
    ]);
    expect(await read(bus.feed({ after: 500, until: 1_000 }))).toEqual(count(501, 1_000));
  });

  it("ends at `until`, also where nothing there matches, and at once where that is behind it", async () => {
    const { bus } = openBus({ history: 2 });
    await bus.publish(append("a", 0, 5));
    expect(await read(bus.feed({ until: 3 }))).toEqual([1, 2, 3]);
    expect(await read(bus.feed({ after: 4, until: 4 }))).toEqual([]);
    expect(await read(bus.feed({ until: 5, query: { agentId: agentId("nobody") } }))).toEqual([]);
    const live = read(bus.feed({ until: 7 }));
    await turns(20);
    await bus.publish(append("a", 5, 3));
    expect(await live).toEqual(count(1, 7));
  });

  it("begun in the middle of a burst goes on from there", async () => {
    const { bus } = openBus();
    let feed: Promise<number[]> | undefined;
    bus
      .events$()
      .pipe(take(3))
      .subscribe(({ seq }) => {
        if (seq === 3) feed = read(bus.feed({ after: 1, until: 6 }));
      });
    await Promise.all([bus.publish(append("a", 0, 4)), bus.publish(append("b", 0, 4))]);
    expect(await feed).toEqual([2, 3, 4, 5, 6]);
  });

  it("that nobody reads costs nothing", async () => {
    const { bus, reads } = openBus({ history: 2 });
    const leaving = new AbortController();
    const iterators = Array.from({ length: 1_000 }, () =>
      bus.feed({ signal: leaving.signal })[Symbol.asyncIterator](),
    );
    await bus.publish(append("a", 0, 50));
    expect(reads).toEqual([]);
    expect(bus.stats()).toMatchObject({ subscribers: 0, waitingFeeds: 0 });
    expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
    for (const iterator of iterators) await iterator.return?.();
    expect((await iterators[0]?.next())?.done).toBe(true);
  });

  it("that has been read and is left alone is known to nobody", async () => {
    const { bus } = openBus();
    const leaving = new AbortController();
    const iterator = bus.feed({ signal: leaving.signal })[Symbol.asyncIterator]();
    const first = iterator.next();
    await turns(10);
    expect(bus.stats().waitingFeeds).toBe(1);
    await bus.publish(append("a", 0));
    expect((await first).value).toMatchObject({ seq: 1 });
    await bus.publish(append("a", 1));
    expect(bus.stats().waitingFeeds).toBe(0);
    expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
    expect((await iterator.next()).value).toMatchObject({ seq: 2 });
  });

  it("can be left while it waits for something newer", async () => {
    const { bus } = openBus();
    const iterator = bus.feed()[Symbol.asyncIterator]();
    const [first, second] = [iterator.next(), iterator.next()];
    await turns(10);
    expect((await iterator.return?.())?.done).toBe(true);
    expect([(await first).done, (await second).done]).toEqual([true, true]);
    expect(bus.stats().waitingFeeds).toBe(0);
  });

  it.each(["return", "abort", "close"])("can be left by %s while its log does not answer", async (way) => {
    const memory = createMemoryLog();
    const log: EventLog = { ...memory, read: () => new Promise(() => undefined) };
    const bus = new EventBus({ log, clock: createManualClock(), history: 0 });
    await bus.publish(append("a", 0));
    const leaving = new AbortController();
    const iterator = bus.feed({ signal: leaving.signal })[Symbol.asyncIterator]();
    const reading = iterator.next();
    await turns(10);
    if (way === "return") await iterator.return?.();
    else if (way === "abort") leaving.abort();
    else bus.close();
    expect((await reading).done).toBe(true);
  });

  it("left with break leaves nothing behind", async () => {
    const { bus } = openBus();
    const leaving = new AbortController();
    await bus.publish(append("a", 0, 3));
    for await (const { seq } of bus.feed({ signal: leaving.signal })) if (seq === 2) break;
    expect(bus.stats().waitingFeeds).toBe(0);
    expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
  });

  it("answers reads that were asked for together in their order", async () => {
    const { bus } = openBus({ history: 0 });
    const iterator = bus.feed()[Symbol.asyncIterator]();
    const reads = [iterator.next(), iterator.next(), iterator.next()];
    await bus.publish(append("a", 0, 2));
    await bus.publish(append("a", 2, 2));
    expect((await Promise.all(reads)).map(({ value }) => value?.seq)).toEqual([1, 2, 3]);
  });

  it("ends when its signal is aborted, before, while it waits, and between two events", async () => {
    const { bus } = openBus();
    await bus.publish(append("a", 0, 3));
    expect(await read(bus.feed({ signal: AbortSignal.abort() }))).toEqual([]);
    const waiting = new AbortController();
    const ended = read(bus.feed({ after: 3, signal: waiting.signal }));
    await turns(10);
    waiting.abort();
    expect(await ended).toEqual([]);
    const between = new AbortController();
    const seen: number[] = [];
    for await (const { seq } of bus.feed({ signal: between.signal })) {
      seen.push(seq);
      if (seq === 2) between.abort();
    }
    expect(seen).toEqual([1, 2]);
    expect(getEventListeners(between.signal, "abort")).toEqual([]);
  });

  it("fails as its log does, iterated and subscribed to, and is over then", async () => {
    const { bus, log } = openBus({ history: 0 });
    await bus.publish(append("a", 0));
    await log.close();
    const iterator = bus.feed()[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({ code: "log.closed" });
    expect((await iterator.next()).done).toBe(true);
    const failed = new Promise((resolve) => {
      bus.feed().subscribe({ error: resolve });
    });
    expect(await failed).toMatchObject({ code: "log.closed" });
    bus.feed().subscribe({ next: () => undefined });
    await turns(30);
    expect(bus.stats().subscriberErrors).toBe(1);
  });

  it("can be subscribed to: history and present in one, until it is let go", async () => {
    const { bus } = openBus({ history: 2 });
    await bus.publish(append("a", 0, 5));
    const first = lastValueFrom(
      bus.feed({ after: 1 }).pipe(
        map(({ seq }) => seq),
        take(6),
        toArray(),
      ),
    );
    await turns(50);
    await bus.publish(append("a", 5, 4));
    expect(await first).toEqual([2, 3, 4, 5, 6, 7]);
    const ended = lastValueFrom(bus.feed({ until: 3 }).pipe(toArray()));
    expect(await ended).toHaveLength(3);
    const heard: number[] = [];
    const subscription = bus.feed({ after: 9 }).subscribe(({ seq }) => heard.push(seq));
    await turns(10);
    expect(bus.stats().waitingFeeds).toBe(1);
    subscription.unsubscribe();
    await bus.publish(append("a", 9));
    await turns(10);
    expect(heard).toEqual([]);
    expect(bus.stats().waitingFeeds).toBe(0);
  });
});
