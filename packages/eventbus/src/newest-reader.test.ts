import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { EventBus } from "./bus.ts";
import { levelOf } from "./level.ts";
import { createMemoryLog } from "./memory-log.ts";
import { NewestReader, type Follower } from "./newest-reader.ts";
import { StorageLine } from "./storage-line.ts";

const OVER = { done: true, value: undefined };
const value = (told: unknown): object => ({ done: false, value: told });

/** A reader, and whoever it has begun to follow. */
function reading() {
  const followers: Follower<number>[] = [];
  const left: number[] = [];
  const reader = new NewestReader<number>((follower) => {
    const place = followers.push(follower) - 1;
    return () => void left.push(place);
  });
  return { reader, followers, left };
}

describe("a reader of the newest", () => {
  it("follows from its first read on, and is given each state or, where it is slow, the newest", async () => {
    const { reader, followers } = reading();
    expect(followers).toHaveLength(0);
    const [first, second] = [reader.next(), reader.next()];
    expect(followers).toHaveLength(1);
    for (const state of [1, 2, 3, 4]) followers[0]?.next(state);
    expect(await Promise.all([first, second, reader.next()])).toEqual([value(1), value(2), value(4)]);
  });

  it("that leaves ends all of its reads that wait, and follows no longer", async () => {
    const { reader, followers, left } = reading();
    const waiting = [reader.next(), reader.next()];
    expect(await reader.return()).toEqual(OVER);
    expect(await Promise.all(waiting)).toEqual([OVER, OVER]);
    expect(left).toEqual([0]);
    followers[0]?.next(1);
    expect(await reader.next()).toEqual(OVER);
    await reader.return();
    expect([followers.length, left.length]).toEqual([1, 1]);
  });

  it("that leaves before it has read anything never follows", async () => {
    const { reader, followers } = reading();
    await reader.return();
    expect(await reader.next()).toEqual(OVER);
    expect(followers).toHaveLength(0);
  });

  it("is given what it has not read when it is over", async () => {
    const { reader, followers, left } = reading();
    const first = reader.next();
    for (const state of [1, 2]) followers[0]?.next(state);
    followers[0]?.complete();
    expect([await first, await reader.next(), await reader.next()]).toEqual([value(1), value(2), OVER]);
    expect(left).toEqual([0]);
  });

  it("rejects where it cannot follow, and tries again", async () => {
    let tries = 0;
    const reader = new NewestReader<number>((follower) => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
      follower.next(tries);
      return () => undefined;
    });
    await expect(reader.next()).rejects.toThrow("not yet");
    expect(await reader.next()).toEqual(value(2));
  });
});

describe("what is read of by whoever is slow", () => {
  it("is not followed any longer by one that has left: a level", async () => {
    const bus = new EventBus({ log: createMemoryLog(), clock: createManualClock() });
    const changes$ = bus.events$();
    const level = levelOf<number>({ changes$, read: () => 1, onError: () => undefined });
    const reader = level[Symbol.asyncIterator]();
    expect(await reader.next()).toEqual(value(1));
    const waiting = reader.next();
    expect(bus.stats().subscribers).toBe(1);
    await reader.return?.();
    expect(await waiting).toEqual(OVER);
    expect(bus.stats().subscribers).toBe(0);
    expect(await level[Symbol.asyncIterator]().next()).toEqual(value(1));
    bus.close();
    const late: AsyncIterator<number> = level[Symbol.asyncIterator]();
    expect([await late.next(), await late.next()]).toEqual([value(1), OVER]);
  });

  it("is not followed any longer by one that has left: a line of changes", async () => {
    const line = new StorageLine<string>(() => undefined);
    const [leaving, staying] = [line.stream[Symbol.asyncIterator](), line.stream[Symbol.asyncIterator]()];
    const waiting = [leaving.next(), staying.next()];
    await leaving.return?.();
    line.tell("full");
    expect(await Promise.all(waiting)).toEqual([OVER, value("full")]);
    const later = line.stream[Symbol.asyncIterator]();
    line.tell("as before");
    line.tell("full again");
    // Neither what was told before it came, nor what is older than the newest.
    expect(await later.next()).toEqual(value("full again"));
    const last = [later.next(), line.stream[Symbol.asyncIterator]().next()];
    line.close();
    expect(await Promise.all(last)).toEqual([OVER, OVER]);
    expect(await line.stream[Symbol.asyncIterator]().next()).toEqual(OVER);
  });
});
