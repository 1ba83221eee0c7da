import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createManualClock } from "./manual-clock.ts";

const { signal } = new AbortController();

it("time stands still until it is moved", async () => {
  const clock = createManualClock({ now: 100 });
  expect(clock.now()).toBe(100);
  await clock.advance(50);
  expect(clock.now()).toBe(150);
});

it("timers fire in the order of their time, those of the same time in the order they were set", async () => {
  const clock = createManualClock();
  const fired: string[] = [];
  for (const [ms, name] of [
    [30, "c"],
    [10, "a"],
    [10, "b"],
    [31, "late"],
  ] as const)
    clock.after(ms, () => fired.push(`${name} at ${clock.now()}`));
  await clock.advance(30);
  expect(fired).toEqual(["a at 10", "b at 10", "c at 30"]);
  expect(clock.pending()).toBe(1);
});

it("a timer that was called off does not fire", async () => {
  const clock = createManualClock();
  let fired = 0;
  const stop = clock.after(10, () => void (fired += 1));
  stop();
  stop();
  await clock.advance(100);
  expect([fired, clock.pending()]).toEqual([0, 0]);
});

it("work between two sleeps runs at the instant of the first", async () => {
  const clock = createManualClock();
  const seen: number[] = [];
  const work = (async () => {
    for (let round = 0; round < 3; round += 1) {
      await clock.sleep(10, { signal });
      seen.push(clock.now());
    }
  })();
  await clock.advance(30);
  await work;
  expect(seen).toEqual([10, 20, 30]);
});

it("an aborted sleep rejects with the reason and leaves neither timer nor listener", async () => {
  const clock = createManualClock();
  const controller = new AbortController();
  const aborted = clock.sleep(10, { signal: controller.signal });
  const slept = clock.sleep(5, { signal: controller.signal });
  await clock.advance(5);
  await slept;
  controller.abort(new Error("enough"));
  await expect(aborted).rejects.toThrow("enough");
  await expect(clock.sleep(1, { signal: controller.signal })).rejects.toThrow("enough");
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});
