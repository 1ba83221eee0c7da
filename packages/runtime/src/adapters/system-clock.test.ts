import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSystemClock } from "./system-clock.ts";

/** From here on a timer of the system is due at once. */
const TOO_LONG_MS = 2 ** 31;

// Only what waits stands still: nothing is held up, as far as the clock can tell.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("the clock of the system", () => {
  it.each([TOO_LONG_MS - 1, TOO_LONG_MS, 1e10, 1e12])(
    "waits for %i ms, however many timers that takes, and not less",
    (ms) => {
      let isDue = false;
      createSystemClock().after(ms, () => (isDue = true));
      vi.advanceTimersByTime(ms - 1);
      expect(isDue).toBe(false);
      vi.advanceTimersByTime(1);
      expect(isDue).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("waits without end where that is asked for, and can be called off", () => {
    let isDue = false;
    const cancel = createSystemClock().after(Number.POSITIVE_INFINITY, () => (isDue = true));
    vi.advanceTimersByTime(100 * TOO_LONG_MS);
    expect(isDue).toBe(false);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("calls off a long wait in the middle of it", () => {
    let isDue = false;
    const cancel = createSystemClock().after(3 * TOO_LONG_MS, () => (isDue = true));
    vi.advanceTimersByTime(1.5 * TOO_LONG_MS);
    cancel();
    vi.advanceTimersByTime(3 * TOO_LONG_MS);
    expect([isDue, vi.getTimerCount()]).toEqual([false, 0]);
  });
});

describe("the clock of a process that was stopped", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    vi.spyOn(performance, "now").mockImplementation(() => Date.now());
  });
  afterEach(() => void vi.restoreAllMocks());

  it("tells for how long, and its timers wait for what was left of them, once", () => {
    const clock = createSystemClock();
    const heldUp: number[] = [];
    const due: string[] = [];
    clock.onHeldUp?.((ms) => void heldUp.push(ms));
    clock.after(3_000, () => void due.push("short"));
    clock.after(60_000, () => void due.push("long"));
    vi.advanceTimersByTime(2_000);
    vi.setSystemTime(Date.now() + 10_000);
    vi.advanceTimersByTime(1_000);
    expect([heldUp, due]).toEqual([[10_500], []]);
    vi.advanceTimersByTime(3_000);
    expect(due).toEqual(["short"]);
    vi.advanceTimersByTime(54_000);
    expect(due).toEqual(["short"]);
    vi.advanceTimersByTime(10_500);
    expect(due).toEqual(["short", "long"]);
    expect(heldUp).toHaveLength(1);
  });
});
