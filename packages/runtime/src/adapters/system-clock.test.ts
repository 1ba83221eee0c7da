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
