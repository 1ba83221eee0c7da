import { agentId, callId, executionIdOf, type Pulse } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { take } from "rxjs";
import { describe, expect, it } from "vitest";
import { EventBus } from "./bus.ts";
import { createMemoryLog } from "./memory-log.ts";
import { MAX_PULSES_HELD, type Lagged } from "./pulse-reader.ts";

const pulse = (delta: string, agent = "a"): Pulse => ({
  type: "text",
  agentId: agentId(agent),
  executionId: executionIdOf(agentId(agent), 1),
  callId: callId("m1"),
  delta,
});
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};
const word = (told: Pulse | Lagged | undefined): string =>
  told === undefined
    ? "end"
    : told.type === "lagged"
      ? `lagged ${told.dropped}`
      : told.type === "text"
        ? told.delta
        : "";

function openBus() {
  const log = createMemoryLog();
  return { log, bus: new EventBus({ log, clock: createManualClock() }) };
}

describe("pulses", () => {
  it("are told to whoever listens now, and are no facts", async () => {
    const { log, bus } = openBus();
    const heard: string[] = [];
    const facts: unknown[] = [];
    bus.events$().subscribe((event) => facts.push(event));
    bus.pulse(pulse("unheard"));
    bus.pulses$().subscribe((told) => heard.push(word(told)));
    bus.pulse(pulse("1"));
    bus.pulse(pulse("2"));
    expect(heard).toEqual(["1", "2"]);
    expect([log.events(), facts, bus.history()]).toEqual([[], [], []]);
    expect(bus.stats()).toMatchObject({ pulses: 3, told: 0, head: 0 });
    expect(await bus.waitFor({}, { timeoutMs: 0, after: 0 })).toBeUndefined();
  });

  it("can be asked for by agent, execution and type", () => {
    const { bus } = openBus();
    const heard: string[] = [];
    const say = (name: string) => (): void => void heard.push(name);
    bus.pulses$({ agentId: agentId("a") }).subscribe(say("agent"));
    bus.pulses$({ executionId: executionIdOf(agentId("b"), 1) }).subscribe(say("execution"));
    bus.pulses$({ types: ["reasoning"] }).subscribe(say("type"));
    bus.pulses$({ agentId: agentId("b"), types: ["text"] }).subscribe(say("both"));
    bus.pulse(pulse("1"));
    bus.pulse(pulse("2", "b"));
    bus.pulse({ ...pulse("3", "b"), type: "reasoning", delta: "3" });
    expect(heard).toEqual(["agent", "execution", "both", "execution", "type"]);
  });

  it("are held up to a bound for a slow reader, which is told how many it has missed", async () => {
    const { bus } = openBus();
    const iterator = bus.pulses$()[Symbol.asyncIterator]();
    const first = iterator.next();
    for (let index = 0; index < MAX_PULSES_HELD + 6; index += 1) bus.pulse(pulse(`${index}`));
    expect(word((await first).value)).toBe("0");
    expect(word((await iterator.next()).value)).toBe("lagged 5");
    for (let index = 6; index < 9; index += 1) expect(word((await iterator.next()).value)).toBe(`${index}`);
    for (let index = 0; index < 10; index += 1) bus.pulse(pulse(`more ${index}`));
    expect(word((await iterator.next()).value)).toBe("lagged 7");
    const rest: string[] = [];
    for (let index = 0; index < MAX_PULSES_HELD; index += 1) rest.push(word((await iterator.next()).value));
    expect([rest[0], rest.at(-1)]).toEqual(["16", "more 9"]);
    await iterator.return?.();
  });

  it("cost a reader the same however many it holds, and all are in order", async () => {
    const { bus } = openBus();
    const iterator = bus.pulses$()[Symbol.asyncIterator]();
    const seen = [iterator.next()];
    let next = 0;
    const wanted: string[] = [];
    for (let round = 0; round < 50; round += 1) {
      for (let index = 0; index < 67; index += 1) {
        wanted.push(`${next}`);
        bus.pulse(pulse(`${next}`));
        next += 1;
      }
      for (let index = 0; index < 60; index += 1) seen.push(iterator.next());
    }
    const words = (await Promise.all(seen)).map(({ value }) => word(value));
    expect(words).toEqual(wanted.slice(0, words.length));
  });

  it("leave no listener behind in an iterator that is left, not begun, or waiting", async () => {
    const { bus } = openBus();
    const unbegun = bus.pulses$()[Symbol.asyncIterator]();
    expect(bus.stats().pulseListeners).toBe(0);
    await unbegun.return?.();
    expect((await unbegun.next()).done).toBe(true);
    expect(bus.stats().pulseListeners).toBe(0);

    const waiting = bus.pulses$({ agentId: agentId("a") })[Symbol.asyncIterator]();
    const reads = [waiting.next(), waiting.next()];
    expect(bus.stats().pulseListeners).toBe(1);
    expect((await waiting.return?.())?.done).toBe(true);
    expect((await Promise.all(reads)).map(({ done }) => done)).toEqual([true, true]);
    expect(bus.stats().pulseListeners).toBe(0);

    const left = (async () => {
      for await (const _ of bus.pulses$()) break;
    })();
    await turns(5);
    bus.pulse(pulse("1"));
    await left;
    expect(bus.stats().pulseListeners).toBe(0);
  });

  it("that were held when the bus closed can still be read, and then there is an end", async () => {
    const { bus } = openBus();
    const iterator = bus.pulses$()[Symbol.asyncIterator]();
    const first = iterator.next();
    for (const each of ["1", "2", "3"]) bus.pulse(pulse(each));
    bus.close();
    bus.pulse(pulse("4"));
    const words = [word((await first).value)];
    for (let index = 0; index < 3; index += 1) words.push(word((await iterator.next()).value));
    expect(words).toEqual(["1", "2", "3", "end"]);
  });

  it("survive listeners that throw, leave, come and answer with pulses of their own", () => {
    const { bus } = openBus();
    const heard: string[] = [];
    bus.pulses$().subscribe(() => {
      throw new Error("a bug");
    });
    bus
      .pulses$()
      .pipe(take(1))
      .subscribe(() => {
        bus.pulse(pulse("answer"));
        bus.pulses$().subscribe((told) => heard.push(`late ${word(told)}`));
      });
    bus.pulses$().subscribe((told) => heard.push(word(told)));
    bus.pulse(pulse("1"));
    expect(heard).toEqual(["1", "answer", "late answer"]);
    expect(bus.stats()).toMatchObject({ subscriberErrors: 2, pulseListeners: 3 });
  });

  it("of a listener that answers every pulse with another one come to an end", () => {
    const { bus } = openBus();
    bus.pulses$().subscribe(() => bus.pulse(pulse("again")));
    bus.pulse(pulse("1"));
    expect(bus.stats().pulses).toBe(MAX_PULSES_HELD + 1);
    bus.pulse(pulse("2"));
    expect(bus.stats().pulses).toBe(2 * (MAX_PULSES_HELD + 1));
  });
});
