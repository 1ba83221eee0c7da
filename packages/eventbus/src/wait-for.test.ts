import { getEventListeners } from "node:events";
import { agentId, inputId, type Append } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { EventBus } from "./bus.ts";
import { createMemoryLog } from "./memory-log.ts";

const append = (agent: string, expectedVersion: number): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: [
    {
      type: "INPUT_RECEIVED",
      data: { inputId: inputId("i"), kind: "chat", mode: "queue", from: "user", text: "x" },
    },
  ],
  at: 1,
});
const query = { agentId: agentId("a") };

function openBus() {
  const log = createMemoryLog();
  const clock = createManualClock();
  return { log, clock, bus: new EventBus({ log, clock, history: 10 }) };
}

describe("waiting for an event", () => {
  it("finds the first that matches from now on", async () => {
    const { bus } = openBus();
    await bus.publish(append("a", 0));
    const found = bus.waitFor(query);
    await bus.publish(append("b", 0));
    await bus.publish(append("a", 1));
    await bus.publish(append("a", 2));
    expect((await found)?.seq).toBe(3);
  });

  it("finds what has happened already, where it is said after what", async () => {
    const { bus } = openBus();
    for (let version = 0; version < 40; version += 1) await bus.publish(append("a", version));
    expect((await bus.waitFor(query, { after: 0 }))?.seq).toBe(1);
    expect((await bus.waitFor(query, { after: 38, timeoutMs: 1_000 }))?.seq).toBe(39);
    const later = bus.waitFor(query, { after: 40 });
    await bus.publish(append("a", 40));
    expect((await later)?.seq).toBe(41);
  });

  it("for no time at all looks and returns at once", async () => {
    const { bus, clock } = openBus();
    expect(await bus.waitFor(query, { timeoutMs: 0 })).toBeUndefined();
    expect(await bus.waitFor(query, { timeoutMs: 0, after: 0 })).toBeUndefined();
    await bus.publish(append("a", 0));
    expect(await bus.waitFor(query, { timeoutMs: 0 })).toBeUndefined();
    expect((await bus.waitFor(query, { timeoutMs: 0, after: 0 }))?.seq).toBe(1);
    expect(clock.pending()).toBe(0);
  });

  it.each([{}, { after: 0 }])("goes on without end where that is asked for, with %o", async (from) => {
    const { bus, clock } = openBus();
    let outcome: unknown = "waiting";
    void bus
      .waitFor(query, { timeoutMs: Number.POSITIVE_INFINITY, ...from })
      .then((event) => (outcome = event));
    expect(clock.pending()).toBe(0);
    await clock.advance(1e12);
    expect(outcome).toBe("waiting");
    await bus.publish(append("a", 0));
    await clock.advance(0);
    expect(outcome).toMatchObject({ seq: 1 });
  });

  it.each([Number.NaN, -1, "5", null])(
    "for %s is refused in words, and leaves nothing behind",
    async (wrong) => {
      const { bus, clock } = openBus();
      for (const from of [{}, { after: 0 }])
        await expect(bus.waitFor(query, { timeoutMs: wrong as number, ...from })).rejects.toMatchObject({
          code: "usage.invalid",
        });
      expect([bus.stats().subscribers, bus.stats().waitingFeeds, clock.pending()]).toEqual([0, 0, 0]);
    },
  );

  it.each([{}, { after: 0 }])("gives up when its time is over, with %o", async (from) => {
    const { bus, clock } = openBus();
    let outcome: unknown = "waiting";
    void bus.waitFor(query, { timeoutMs: 100, ...from }).then((event) => (outcome = event));
    await clock.advance(99);
    expect(outcome).toBe("waiting");
    await clock.advance(1);
    expect(outcome).toBeUndefined();
  });

  it.each([{}, { after: 0 }, { timeoutMs: 50 }])(
    "rejects when it is called off, with %o",
    async (options) => {
      const { bus } = openBus();
      const leaving = new AbortController();
      const waiting = bus.waitFor(query, { ...options, signal: leaving.signal });
      leaving.abort();
      await expect(waiting).rejects.toMatchObject({ code: "wait.aborted" });
      await expect(bus.waitFor(query, { ...options, signal: leaving.signal })).rejects.toMatchObject({
        code: "wait.aborted",
      });
      await expect(
        bus.waitFor(query, { timeoutMs: 0, after: 0, signal: leaving.signal }),
      ).rejects.toMatchObject({ code: "wait.aborted" });
    },
  );

  it("rejects with what the log fails of", async () => {
    const { bus, log } = openBus();
    for (let version = 0; version < 40; version += 1) await bus.publish(append("a", version));
    await log.close();
    await expect(bus.waitFor(query, { after: 0 })).rejects.toMatchObject({ code: "log.closed" });
  });

  it("leaves nothing behind on any way out, ten thousand times", async () => {
    const { bus, clock } = openBus();
    const leaving = new AbortController();
    const staying = new AbortController();
    const waits: Promise<unknown>[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      const signal = index % 3 === 0 ? leaving.signal : staying.signal;
      const from = index % 2 === 0 ? {} : { after: 0 };
      const asked = index % 5 === 0 ? { agentId: agentId("nobody") } : query;
      waits.push(bus.waitFor(asked, { timeoutMs: 1_000, signal, ...from }));
    }
    const settling = Promise.allSettled(waits);
    await new Promise(setImmediate);
    expect(bus.stats().subscribers).toBe(5_000);
    expect(bus.stats().waitingFeeds).toBe(5_000);
    leaving.abort();
    await bus.publish(append("a", 0));
    await clock.advance(1_000);
    const outcomes = await settling;
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(3_334);
    expect(bus.stats()).toMatchObject({ subscribers: 0, waitingFeeds: 0 });
    expect(clock.pending()).toBe(0);
    expect(getEventListeners(staying.signal, "abort")).toEqual([]);
    expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
  });
});
