import { agentId, inputId, type Append, type ColonyEvent, type EventLog, type NewEvent } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { filter, firstValueFrom, map, mergeMap, Subject, take } from "rxjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventBus } from "./bus.ts";
import { createMemoryLog } from "./memory-log.ts";

const input = (text: string): NewEvent => ({
  type: "INPUT_RECEIVED",
  data: { inputId: inputId(text), kind: "chat", mode: "queue", from: "user", text },
});
const append = (agent: string, expectedVersion: number, ...texts: string[]): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: texts.map(input),
  at: 1,
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const seqs = (events: readonly ColonyEvent[]): readonly number[] => events.map(({ seq }) => seq);

function openBus(options: { readonly history?: number } = {}) {
  const log = createMemoryLog();
  const bus = new EventBus({ log, clock: createManualClock(), ...options });
  return { log, bus };
}

/** What the process was told of that nobody caught. */
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
const exceptions: NodeJS.UncaughtExceptionListener[] = [];
const rejections: NodeJS.UnhandledRejectionListener[] = [];
beforeEach(() => {
  uncaught.length = 0;
  exceptions.splice(0, Infinity, ...process.listeners("uncaughtException"));
  rejections.splice(0, Infinity, ...process.listeners("unhandledRejection"));
  process.removeAllListeners("uncaughtException").on("uncaughtException", note);
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
});
afterEach(async () => {
  await settled();
  process.removeListener("uncaughtException", note).removeListener("unhandledRejection", note);
  for (const listener of exceptions) process.on("uncaughtException", listener);
  for (const listener of rejections) process.on("unhandledRejection", listener);
  expect(uncaught).toEqual([]);
});

/** A subscriber that gives something back, such as a promise, although nobody asks for that. */
const giving = (act: (event: ColonyEvent) => unknown): ((event: ColonyEvent) => unknown) => act;

describe("publishing", () => {
  it("is durable before anybody is told, and told to everybody before it resolves", async () => {
    const { log, bus } = openBus();
    const heard: [number, number][] = [];
    bus.events$().subscribe(({ seq }) => heard.push([seq, log.head()]));
    bus.events$().subscribe(({ seq }) => heard.push([seq, log.head()]));
    const recorded = await bus.publish(append("a", 0, "1", "2"));
    expect(seqs(recorded)).toEqual([1, 2]);
    expect(heard).toEqual([
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
  });

  it("leaves the caller's event as it was", async () => {
    const { bus } = openBus();
    const given = append("a", 0, "1");
    const before = structuredClone(given);
    Object.freeze(given);
    for (const event of given.events) Object.freeze(Object.freeze(event).data);
    const [recorded] = await bus.publish(given);
    expect(given).toEqual(before);
    expect(recorded).not.toBe(given.events[0]);
  });

  it("of what the log refuses rejects, and nobody is told", async () => {
    const { bus } = openBus();
    const heard: ColonyEvent[] = [];
    bus.events$().subscribe((event) => heard.push(event));
    await expect(bus.publish(append("a", 3, "1"))).rejects.toMatchObject({ code: "log.conflict" });
    expect(heard).toEqual([]);
  });

  it("by many at once is told to each subscriber in seq order", async () => {
    const { bus } = openBus();
    const heard: number[][] = [[], [], []];
    for (const mine of heard)
      bus.events$().subscribe(
        giving(async ({ seq }) => {
          mine.push(seq);
          await settled();
        }),
      );
    await Promise.all(
      Array.from({ length: 50 }, async (_, agent) => {
        for (let version = 0; version < 4; version += 1)
          await bus.publish(append(`w-${agent}`, version, `${version}`));
      }),
    );
    for (const mine of heard) expect(mine).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it("goes on with the seq where an earlier bus on the same log ended", async () => {
    const { log, bus } = openBus();
    await bus.publish(append("a", 0, "1", "2"));
    bus.close();
    const reopened = createMemoryLog({ from: log.events() });
    const next = new EventBus({ log: reopened, clock: createManualClock() });
    expect(next.stats().head).toBe(2);
    const heard = firstValueFrom(next.events$());
    await next.publish(append("a", 2, "3"));
    expect((await heard).seq).toBe(3);
  });

  it("stamps with epoch milliseconds as they were given", async () => {
    const { bus } = openBus();
    const [event] = await bus.publish({ ...append("a", 0, "1"), at: 1_750_000_000_123 });
    expect(event?.at).toBe(1_750_000_000_123);
  });
});

describe("a subscriber that", () => {
  const harmful: readonly (readonly [string, (bus: EventBus) => unknown])[] = [
    [
      "throws",
      (bus) =>
        bus.events$().subscribe(() => {
          throw new Error("a bug");
        }),
    ],
    [
      "is async and rejects",
      (bus) => bus.events$().subscribe(giving(() => Promise.reject(new Error("a bug")))),
    ],
    [
      "throws in an operator",
      (bus) =>
        bus
          .events$()
          .pipe(
            filter(() => true),
            map(() => {
              throw new Error("a bug");
            }),
          )
          .subscribe(),
    ],
    [
      "rejects in an inner observable",
      (bus) =>
        bus
          .events$()
          .pipe(mergeMap(() => Promise.reject(new Error("a bug"))))
          .subscribe({ next: () => undefined }),
    ],
    [
      "throws in the subscriber behind an operator",
      (bus) =>
        bus
          .events$()
          .pipe(filter(() => true))
          .subscribe(() => {
            throw new Error("a bug");
          }),
    ],
    [
      "is a subject that has been let go",
      (bus) => {
        const subject = new Subject<ColonyEvent>();
        subject.unsubscribe();
        return bus.events$().subscribe(subject);
      },
    ],
    [
      "throws in its error handler",
      (bus) =>
        bus
          .events$()
          .pipe(
            map(() => {
              throw new Error("a bug");
            }),
          )
          .subscribe({
            error: () => {
              throw new Error("another");
            },
          }),
    ],
    [
      "reads the feed as an observable and throws",
      (bus) =>
        bus.feed().subscribe(() => {
          throw new Error("a bug");
        }),
    ],
  ];

  it.each(harmful)(
    "%s harms neither the others nor the process, and is counted",
    async (_name, subscribe) => {
      const { bus } = openBus();
      const heard: number[] = [];
      bus.events$().subscribe(({ seq }) => heard.push(seq));
      subscribe(bus);
      bus.events$().subscribe(({ seq }) => heard.push(seq));
      await bus.publish(append("a", 0, "1"));
      await bus.publish(append("a", 1, "2"));
      await settled();
      expect(heard).toEqual([1, 1, 2, 2]);
      expect(bus.stats().subscriberErrors).toBeGreaterThan(0);
    },
  );

  it("throws is told the next event all the same", async () => {
    const { bus } = openBus();
    const heard: number[] = [];
    bus.events$().subscribe(({ seq }) => {
      heard.push(seq);
      throw new Error("a bug");
    });
    await bus.publish(append("a", 0, "1", "2"));
    expect(heard).toEqual([1, 2]);
    expect(bus.stats().subscriberErrors).toBe(2);
  });

  it("fails is reported to who asked for that, who may fail too", async () => {
    const reported: unknown[] = [];
    const log = createMemoryLog();
    const bus = new EventBus({
      log,
      clock: createManualClock(),
      onSubscriberError: (error) => {
        reported.push(error);
        throw new Error("the reporter");
      },
    });
    bus.events$().subscribe(() => {
      throw new Error("a bug");
    });
    await bus.publish(append("a", 0, "1"));
    expect(reported).toEqual([new Error("a bug")]);
    expect(bus.stats().subscriberErrors).toBe(2);
  });

  it("sleeps for ever delays neither the publisher nor the others", async () => {
    const { bus } = openBus();
    const heard: number[] = [];
    bus.events$().subscribe(giving(() => new Promise(() => undefined)));
    bus.events$().subscribe(({ seq }) => heard.push(seq));
    await bus.publish(append("a", 0, "1"));
    await bus.publish(append("a", 1, "2"));
    expect(heard).toEqual([1, 2]);
  });

  it("publishes again gets it delivered, also when ten of them do so at once", async () => {
    const { bus } = openBus();
    const heard: string[] = [];
    bus.events$().subscribe(({ agentId: agent }) => heard.push(agent));
    for (let index = 0; index < 10; index += 1)
      bus
        .events$({ agentId: agentId("first") })
        .subscribe(giving(() => bus.publish(append(`again-${index}`, 0, "x"))));
    await bus.publish(append("first", 0, "x"));
    await settled();
    expect(heard).toEqual(["first", ...Array.from({ length: 10 }, (_, index) => `again-${index}`)]);
  });

  it("makes the log commit while it is told hears of that in its turn, as all others do", async () => {
    const { log, bus } = openBus();
    const heard: number[][] = [[], []];
    bus.events$().subscribe(
      giving(({ seq }) => {
        heard[0]?.push(seq);
        if (seq !== 1) return undefined;
        const published = bus.publish(append("b", 0, "late"));
        return Promise.all([log.close(), published]);
      }),
    );
    bus.events$().subscribe(({ seq }) => heard[1]?.push(seq));
    await bus.publish(append("a", 0, "1", "2"));
    expect(heard).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it("leaves while told takes nobody's event away", async () => {
    const { bus } = openBus();
    const heard: string[] = [];
    const first = bus.events$().subscribe(({ seq }) => {
      heard.push(`first ${seq}`);
      first.unsubscribe();
    });
    bus.events$().subscribe(({ seq }) => heard.push(`second ${seq}`));
    await bus.publish(append("a", 0, "1", "2"));
    expect(heard).toEqual(["first 1", "second 1", "second 2"]);
    expect(bus.stats().subscribers).toBe(1);
  });

  it("comes while others are told hears from the next event on", async () => {
    const { bus } = openBus();
    const heard: number[] = [];
    bus
      .events$()
      .pipe(take(1))
      .subscribe(() => bus.events$().subscribe(({ seq }) => heard.push(seq)));
    await bus.publish(append("a", 0, "1", "2"));
    expect(heard).toEqual([2]);
  });
});

describe("a bus", () => {
  it("ends its subscriptions, feeds and waits when it closes, and those that come later at once", async () => {
    const { bus } = openBus();
    const ended: string[] = [];
    const end = (name: string) => ({ complete: () => void ended.push(name) });
    bus.events$().subscribe(end("events"));
    bus.pulses$().subscribe(end("pulses"));
    bus.feed().subscribe(end("feed"));
    const waits = [bus.waitFor({}), bus.waitFor({}, { after: 0 })];
    const reads = [bus.events$(), bus.pulses$(), bus.feed()].map((each) =>
      each[Symbol.asyncIterator]().next(),
    );
    await settled();
    bus.close();
    bus.close();
    expect(await Promise.all(waits)).toEqual([undefined, undefined]);
    expect((await Promise.all(reads)).map(({ done }) => done)).toEqual([true, true, true]);
    bus.events$().subscribe(end("later"));
    bus.pulses$().subscribe(end("later"));
    expect(await bus.waitFor({})).toBeUndefined();
    expect((await bus.pulses$()[Symbol.asyncIterator]().next()).done).toBe(true);
    expect(ended.toSorted()).toEqual(["events", "feed", "later", "later", "pulses"]);
    expect(bus.stats()).toMatchObject({ subscribers: 0, pulseListeners: 0, waitingFeeds: 0 });
  });

  it("knows who was spawned in this very commit when asked by parent, before the colony's index does", async () => {
    const log = createMemoryLog();
    const known = new Map([[agentId("old"), agentId("p")]]);
    const bus = new EventBus({ log, clock: createManualClock(), parentOf: (id) => known.get(id) });
    const heard: string[] = [];
    bus
      .events$({ parentId: agentId("p") })
      .subscribe(({ agentId: agent, type }) => heard.push(`${agent} ${type}`));
    const feed = bus.feed({ parentId: undefined, query: { parentId: agentId("p") } } as never);
    log.onAppended((events) => {
      for (const event of events)
        if (event.type === "AGENT_SPAWNED") known.set(event.agentId, event.data.parentId ?? agentId("none"));
    });
    const spawned = { type: "AGENT_SPAWNED", data: { parentId: agentId("p") } } as unknown as NewEvent;
    const opened: NewEvent = { type: "AGENT_OPENED", data: {} };
    await bus.publish({ agentId: agentId("w"), expectedVersion: 0, events: [spawned, opened], at: 1 });
    await bus.publish({ agentId: agentId("old"), expectedVersion: 0, events: [opened], at: 1 });
    await bus.publish({ agentId: agentId("stranger"), expectedVersion: 0, events: [opened], at: 1 });
    expect(heard).toEqual(["w AGENT_SPAWNED", "w AGENT_OPENED", "old AGENT_OPENED"]);
    const read: number[] = [];
    for await (const { seq } of feed) {
      read.push(seq);
      if (seq === 3) break;
    }
    expect(read).toEqual([1, 2, 3]);
  });

  it("keeps a bounded history, newest last, and filters it", async () => {
    const { bus } = openBus({ history: 10 });
    for (let version = 0; version < 500; version += 1)
      await bus.publish(append(version % 2 === 0 ? "a" : "b", Math.floor(version / 2), `${version}`));
    expect(bus.stats().history).toBeLessThanOrEqual(20);
    expect(seqs(bus.history())).toEqual([491, 492, 493, 494, 495, 496, 497, 498, 499, 500]);
    expect(seqs(bus.history({ query: { agentId: agentId("a") }, limit: 2 }))).toEqual([497, 499]);
    expect(bus.history({ limit: 0 })).toEqual([]);
  });

  it("without a history still feeds everything, from the log", async () => {
    const { bus } = openBus({ history: 0 });
    await bus.publish(append("a", 0, "1"));
    const read = firstValueFrom(bus.feed({ after: 1 }));
    await bus.publish(append("a", 1, "2"));
    expect((await read).seq).toBe(2);
    expect(bus.stats().history).toBe(0);
  });

  it("tells an event once, also when its log tells it twice", () => {
    let tell: (events: readonly ColonyEvent[]) => void = () => undefined;
    const log: EventLog = {
      ...createMemoryLog(),
      onAppended: (listener) => {
        tell = listener;
        return () => undefined;
      },
    };
    const bus = new EventBus({ log, clock: createManualClock() });
    const heard: number[] = [];
    bus.events$().subscribe(({ seq }) => heard.push(seq));
    const event = { seq: 1, agentId: agentId("a"), type: "AGENT_OPENED", data: {} } as ColonyEvent;
    tell([event]);
    tell([event, { ...event, seq: 2 }]);
    expect(heard).toEqual([1, 2]);
    expect(bus.stats()).toMatchObject({ told: 2, head: 2, history: 2 });
  });

  it("as an async iterable loses nothing for a reader that dawdles", async () => {
    const { bus } = openBus({ history: 5 });
    const read: number[] = [];
    const reading = (async () => {
      for await (const { seq } of bus.events$({ agentId: agentId("a") })) {
        read.push(seq);
        await settled();
        if (read.length === 10) return;
      }
    })();
    for (let version = 0; version < 30; version += 1) await bus.publish(append("a", version, "x"));
    await reading;
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
