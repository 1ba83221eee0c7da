import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { SafeObservable } from "@colony/eventbus";
import { describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { settled } from "./testing/settled.ts";
import { ground, openOn } from "./testing/told.ts";

const OVER = { done: true, value: undefined };

const streams: readonly (readonly [name: string, of: (colony: Colony) => SafeObservable<unknown>])[] = [
  ["events$", (colony) => colony.events$],
  ["feed", (colony) => colony.feed()],
  ["select", (colony) => colony.select({ types: ["SUBAGENT_REPORT"] })],
  ["pulses$", (colony) => colony.pulses$],
  ["reports$", (colony) => colony.reports$],
  ["running$", (colony) => colony.running$],
  ["pending$", (colony) => colony.pending$],
  ["storage$", (colony) => colony.storage$],
  ["events$ of one of several people", (colony) => bob(colony).events$],
  ["feed of one of several people", (colony) => bob(colony).feed()],
  ["select of one of several people", (colony) => bob(colony).select({ types: ["SUBAGENT_REPORT"] })],
];

const bob = (colony: Colony) => colony.as({ id: "bob", role: "user" });

const held = (colony: Colony): object => {
  const { subscribers, pulseListeners, waitingFeeds } = colony.stats();
  return { subscribers, pulseListeners, waitingFeeds };
};

describe("whoever leaves", () => {
  it.each(streams)("%s while it waits has left at once, and nothing is held for it", async (_name, of) => {
    await using colony = await openOn(ground(), { owner: "ada" });
    const before = held(colony);
    const stream = of(colony);
    const closed: string[] = [];
    const readable = Readable.from(stream).on("close", () => void closed.push("node"));
    readable.resume();
    const web = ReadableStream.from(stream);
    const reader = web.getReader();
    const cancelled = (async () => {
      for (let read = await reader.read(); !read.done; read = await reader.read());
      closed.push("web");
    })();
    const iterator = stream[Symbol.asyncIterator]();
    const waiting = Array.from({ length: 20 }, () => iterator.next());
    expect(await Promise.race([waiting.at(-1), settled().then(() => "waits")])).toBe("waits");
    readable.destroy();
    await Promise.all([reader.cancel(), cancelled, iterator.return?.()]);
    expect(await waiting.at(-1)).toEqual(OVER);
    await settled();
    expect(closed.toSorted()).toEqual(["node", "web"]);
    expect(held(colony)).toEqual(before);
    expect(await iterator.next()).toEqual(OVER);
  });
});

describe("what is picked out of a stream", () => {
  it("is read in its order by whoever asks for several at once, and ends with the colony", async () => {
    const colony = await openOn(ground(), { owner: "ada" });
    const reports = colony.reports$[Symbol.asyncIterator]();
    const reportsOfBob = bob(colony).select({ types: ["SUBAGENT_REPORT"] });
    const own = reportsOfBob[Symbol.asyncIterator]();
    const [three, ofBob] = [[1, 2, 3].map(() => reports.next()), own.next()];
    for (const name of ["a", "b"]) await (await colony.spawn("helper", { task: "t", name })).report();
    await (await bob(colony).spawn("helper", { task: "t", name: "bobs" })).report();
    expect((await Promise.all(three)).map((read) => read.value?.name)).toEqual(["a", "b", "bobs"]);
    expect((await ofBob).value?.data).toMatchObject({ name: "bobs" });
    const last = [reports.next(), own.next()];
    await colony.close();
    expect(await Promise.all(last)).toEqual([OVER, OVER]);
  });
});
