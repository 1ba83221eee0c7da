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
    vi.spyOn(process, "cpuUsage").mockReturnValue({ user: 0, system: 0 });
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

describe("the clock of a process that goes on", () => {
  /** What `performance` and the processor say besides. Milliseconds. */
  const machine = { tick: 0, worked: 0 };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    Object.assign(machine, { tick: 1_000, worked: 300 });
    vi.spyOn(performance, "now").mockImplementation(() => machine.tick);
    vi.spyOn(process, "cpuUsage").mockImplementation(() => ({ user: machine.worked * 1_000, system: 0 }));
  });
  afterEach(() => void vi.restoreAllMocks());

  /** A clock with a timer, after so many milliseconds of this and that. */
  function after(gone: { readonly time: number; readonly tick: number; readonly worked: number }) {
    const clock = createSystemClock();
    const heldUp: number[] = [];
    let isDue = false;
    clock.onHeldUp?.((ms) => void heldUp.push(ms));
    clock.after(6_000, () => (isDue = true));
    vi.setSystemTime(Date.now() + gone.time);
    machine.tick += gone.tick;
    machine.worked += gone.worked;
    clock.now();
    vi.advanceTimersByTime(500);
    return { heldUp, isDue: () => isDue };
  }

  it("takes time in which it has computed without a pause for work", () => {
    expect(after({ time: 6_000, tick: 6_000, worked: 5_900 }).heldUp).toEqual([]);
    expect(after({ time: 60_000, tick: 60_000, worked: 20_000 }).heldUp).toEqual([40_000]);
  });

  it.each([-20_000, -3_600_000])(
    "tells of a clock that is set back by %i ms, and lets no timer wait for it",
    (ms) => {
      const { heldUp, isDue } = after({ time: ms, tick: 0, worked: 0 });
      expect(heldUp).toEqual([ms]);
      vi.advanceTimersByTime(5_500);
      expect(isDue()).toBe(true);
      expect(heldUp).toHaveLength(1);
    },
  );

  it("says nothing of one that is corrected by a little", () => {
    expect(after({ time: -4_000, tick: 0, worked: 0 }).heldUp).toEqual([]);
  });
});
