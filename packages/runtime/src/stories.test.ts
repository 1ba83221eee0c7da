import {
  COLONY_STREAM,
  NO_USAGE,
  agentId,
  executionIdOf,
  inputId,
  recordEvent,
  colonyId,
  type Append,
  type ColonyEvent,
  type EventLog,
  type NewEvent,
} from "@colony/core";
import { EventBus, createMemoryLog } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { FollowedInput } from "./outcome.ts";
import { Stories } from "./stories.ts";
import { StoryShelves } from "./story-shelves.ts";

const AGENT = agentId("a");
const idOf = (index: number) => inputId(`i-${index}`);
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const received = (index: number): NewEvent => ({
  type: "INPUT_RECEIVED",
  data: { inputId: idOf(index), kind: "chat", mode: "queue", from: "user", text: "x" },
});

/** An execution that answers one input. */
const answered = (index: number): readonly NewEvent[] => {
  const executionId = executionIdOf(AGENT, index + 1);
  const end = {
    cause: "finished",
    output: `re ${index}`,
    error: null,
    activeMs: 1,
    turns: 1,
    toolCalls: 0,
  } as const;
  return [
    { type: "INPUT_DELIVERED", data: { inputIds: [idOf(index)] }, executionId },
    { type: "EXECUTION_COMPLETED", data: { ...end, usage: NO_USAGE }, executionId },
  ];
};

function colony({ history = 1 } = {}) {
  const log = createMemoryLog();
  const counts = { read: 0 };
  const counted: EventLog = {
    ...log,
    read: async (asked) => {
      const page = await log.read(asked);
      counts.read += page.length;
      return page;
    },
  };
  const bus = new EventBus({ log: counted, clock: createManualClock(), history });
  let version = 0;
  const happens = async (...events: readonly NewEvent[]): Promise<void> => {
    const append: Append = { agentId: AGENT, expectedVersion: version, events, at: 1 };
    version += events.length;
    await bus.publish(append);
  };
  return { bus, counts, happens, stories: new Stories(bus) };
}

const texts = async (followed: readonly FollowedInput[]): Promise<readonly (string | null)[]> =>
  (await Promise.all(followed.map((each) => each.wait()))).map(({ text }) => text);

describe("stories", () => {
  it("are told by one listener, however many are followed, and by none once they have ended", async () => {
    const { bus, happens, stories } = colony();
    const followed = numbers(100).map((index) => stories.follow({ agentId: AGENT, inputId: idOf(index) }));
    await happens(...numbers(100).map(received));
    const ended = texts(followed);
    expect(bus.stats()).toMatchObject({ subscribers: 1, waitingFeeds: 0 });
    for (const index of numbers(100)) await happens(...answered(index));
    expect(await ended).toEqual(numbers(100).map((index) => `re ${index}`));
    expect(bus.stats()).toMatchObject({ subscribers: 0, waitingFeeds: 0 });
  });

  it("of inputs that came earlier are caught up with in one pass, and go on with what happens", async () => {
    const { bus, counts, happens, stories } = colony();
    await happens(...numbers(100).map(received));
    for (const index of numbers(50)) await happens(...answered(index));
    const followed = numbers(100).map((index) =>
      stories.followFrom({ agentId: AGENT, inputId: idOf(index) }, index),
    );
    const ended = texts(followed);
    expect(await texts(followed.slice(0, 50))).toEqual(numbers(50).map((index) => `re ${index}`));
    expect(counts.read).toBeGreaterThanOrEqual(200);
    expect(counts.read).toBeLessThanOrEqual(bus.stats().head);
    for (const index of numbers(100).slice(50)) await happens(...answered(index));
    expect(await ended).toEqual(numbers(100).map((index) => `re ${index}`));
    expect(bus.stats()).toMatchObject({ subscribers: 0, waitingFeeds: 0 });
  });

  it("miss nothing that happens while they are caught up with, and take nothing of it twice", async () => {
    const { happens, stories } = colony();
    await happens(...numbers(30).map(received));
    const followed = numbers(30).map((index) =>
      stories.followFrom({ agentId: AGENT, inputId: idOf(index) }, index),
    );
    const ended = texts(followed);
    const later: Promise<readonly (string | null)[]>[] = [];
    for (const index of numbers(30)) {
      await happens(...answered(index));
      if (index % 7 === 0) await new Promise(setImmediate);
      later.push(texts([stories.followFrom({ agentId: AGENT, inputId: idOf(index) }, index)]));
    }
    expect((await Promise.all(later)).flat()).toEqual(numbers(30).map((index) => `re ${index}`));
    expect(await ended).toEqual(numbers(30).map((index) => `re ${index}`));
  });

  it("are caught up with from where the first of them begins, in whatever order they are asked for", async () => {
    const { happens, stories } = colony();
    for (const index of numbers(2)) await happens(received(index), ...answered(index));
    const followed = [
      stories.followFrom({ agentId: AGENT, inputId: idOf(1) }, 3),
      stories.followFrom({ agentId: AGENT, inputId: idOf(0) }, 0),
    ];
    expect(await texts(followed)).toEqual(["re 1", "re 0"]);
  });

  it("are caught up with although everything is stopped meanwhile", async () => {
    const { bus, happens, stories } = colony();
    await happens(received(0), ...answered(0));
    const followed = stories.followFrom({ agentId: AGENT, inputId: idOf(0) }, 0);
    const stop: NewEvent = { type: "DISPATCH_BLOCKED", data: { owner: "user", reason: "lunch" } };
    await bus.publish({ agentId: COLONY_STREAM, expectedVersion: 0, events: [stop], at: 1 });
    expect(await followed.wait()).toMatchObject({ text: "re 0" });
  });

  it("are given up when the bus closes: those at hand, those caught up with, and those that come too late", async () => {
    const { bus, happens, stories } = colony();
    await happens(...numbers(3).map(received));
    const of = { agentId: AGENT, inputId: idOf(0) };
    const waiting = [stories.follow(of), stories.followFrom(of, 0)].map((each) => each.wait());
    const refused = waiting.map((each) => expect(each).rejects.toMatchObject({ code: "colony.closed" }));
    bus.close();
    await Promise.all(refused);
    for (const late of [stories.follow(of), stories.followFrom(of, 0)])
      await expect(late.wait()).rejects.toMatchObject({ code: "colony.closed" });
  });

  it("of an input that was not received are dropped without a trace", async () => {
    const { bus, stories } = colony();
    const dropped = stories.follow({ agentId: AGENT, inputId: idOf(0) });
    stories.drop(dropped);
    expect([dropped.isFollowed, bus.stats().subscribers]).toEqual([false, 0]);
  });

  it("that cannot be read are given up with why, and can be followed anew", async () => {
    const log = createMemoryLog();
    let fails = true;
    const failing: EventLog = {
      ...log,
      read: async (asked) => {
        if (fails) throw new Error("not now");
        return await log.read(asked);
      },
    };
    await log.append({ agentId: AGENT, expectedVersion: 0, events: [received(0), ...answered(0)], at: 1 });
    const stories = new Stories(new EventBus({ log: failing, clock: createManualClock() }));
    const follow = () => stories.followFrom({ agentId: AGENT, inputId: idOf(0) }, 0);
    await expect(follow().wait()).rejects.toThrow("not now");
    fails = false;
    expect(await follow().wait()).toMatchObject({ text: "re 0" });
  });
});

it("an event concerns those that wait for it, however many are followed", () => {
  const shelves = new StoryShelves<FollowedInput>();
  const followed = numbers(500).map(
    (index) => new FollowedInput({ agentId: AGENT, inputId: idOf(index) }, shelves),
  );
  let seq = 0;
  const shown = (event: NewEvent): readonly FollowedInput[] => {
    seq += 1;
    const at = { colonyId: colonyId("c"), seq, version: seq };
    const recorded: ColonyEvent = recordEvent(
      event,
      { agentId: AGENT, expectedVersion: seq - 1, events: [], at: 0 },
      at,
    );
    const concerned = shelves.concerned(recorded);
    for (const each of concerned) each.take(recorded);
    return concerned;
  };
  for (const index of numbers(500)) expect(shown(received(index))).toEqual([]);
  for (const index of numbers(500)) {
    const each = answered(index).map(shown);
    expect(each.map((concerned) => concerned.length)).toEqual([1, 1]);
    expect(each[1]?.[0]).toBe(followed[index]);
  }
  expect(shelves.all.size).toBe(0);
});
