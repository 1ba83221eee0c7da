import { createMemoryLog } from "@colony/eventbus";
import { expect, it } from "vitest";
import { eventLogContract } from "./contracts/event-log.ts";
import { sampleAppend, textsOf } from "./contracts/sample-events.ts";
import { createCrashingLog } from "./crashing-log.ts";

eventLogContract("a crashing log that was not told to crash", async () => ({
  log: createCrashingLog(createMemoryLog()),
  dispose: async () => undefined,
}));

async function isHanging(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(() => resolve("hanging")));
  return (await Promise.race([promise.catch(() => "rejected"), turn])) === "hanging";
}

it.each([
  ["before", ["a", "b"]],
  ["after", ["a", "b", "c"]],
] as const)("dies %s the append it was told to die at", async (at, stored) => {
  const inner = createMemoryLog();
  const log = createCrashingLog(inner);
  const told: string[] = [];
  log.onAppended((events) => void told.push(...textsOf(events)));
  await log.append(sampleAppend("w-1", 0, "a"));
  log.crash({ at, append: 2 });
  await log.append(sampleAppend("w-1", 1, "b"));
  const last = log.append(sampleAppend("w-1", 2, "c"));
  await log.crashed;
  expect(await isHanging(last)).toBe(true);
  expect(told).toEqual(["a", "b"]);
  expect(textsOf(await inner.read({}))).toEqual(stored);
});

it("a dead log answers nothing, tells nothing and lets its inner log live", async () => {
  const inner = createMemoryLog();
  const log = createCrashingLog(inner);
  log.crash({ at: "before", append: 1 });
  const calls = [
    log.append(sampleAppend("w-1", 0, "a")),
    log.append(sampleAppend("w-2", 0, "b")),
    log.read({}),
  ];
  const told: unknown[] = [];
  log.onAppended((events) => void told.push(...events));
  await log.close();
  const next = createCrashingLog(inner);
  await next.append(sampleAppend("w-1", 0, "second life"));
  expect(await Promise.all(calls.map(isHanging))).toEqual([true, true, true]);
  expect(told).toEqual([]);
  expect(log.head()).toBe(0);
  expect(next.appends()).toBe(1);
  expect(textsOf(await next.read({}))).toEqual(["second life"]);
});

it("a crash leaves appends unanswered that were under way", async () => {
  const inner = createMemoryLog();
  const log = createCrashingLog(inner);
  const under = log.append(sampleAppend("w-1", 0, "under way"));
  const conflicting = log.append(sampleAppend("w-1", 5, "lost"));
  log.crash({ at: "after", append: 1 });
  const last = log.append(sampleAppend("w-2", 0, "last"));
  expect(await Promise.all([under, conflicting, last].map(isHanging))).toEqual([true, true, true]);
  expect(textsOf(await inner.read({}))).toEqual(["under way", "last"]);
});
