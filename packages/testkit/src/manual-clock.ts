import type { Clock } from "@colony/core";
import { GIVEN, requireGiven, requireGivenOptions } from "./given.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward. What falls due is called in the order of its time, each at its own instant, and whatever that
   * sets going has run as far as it can before time moves on; timers it sets fall due in the same advance.
   */
  advance(ms: number): Promise<void>;
  /** The machine sleeps: the time of day goes on, nothing falls due, and timers have as much left as before. */
  suspend(ms: number): void;
  /** The time of day is set back by so much, as by a time server; timers have as much left as before. */
  setBack(ms: number): void;
  /** Timers and sleeps that are waiting. */
  pending(): number;
  /** Milliseconds until the next one falls due; undefined where none waits. */
  untilNext(): number | undefined;
}

interface Timer {
  due: number;
  readonly fire: () => void;
}

/** Makes a clock for tests. It and what it makes throw `usage.invalid` for what is no time. */
export function createManualClock(
  options: { /** Epoch ms; default 0. */ readonly now?: number } = {},
): ManualClock {
  requireGivenOptions("createManualClock", options, { now: "moment" });
  let now = options.now ?? 0;
  const timers = new Set<Timer>();
  const heldUp = new Set<(ms: number) => void>();

  const after = (ms: number, callback: () => void): (() => void) => {
    requireGiven("how long after to call back", ms, "delay");
    requireGiven("what to call back", callback, "fn");
    const timer: Timer = {
      due: now + Math.max(0, ms),
      fire: () => {
        timers.delete(timer);
        callback();
      },
    };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  const nextDue = (until: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers)
      if (timer.due <= until && (next === undefined || timer.due < next.due)) next = timer;
    return next;
  };

  /** The time of day is another one at once. */
  const jump = (ms: number): void => {
    now += ms;
    for (const timer of timers) timer.due += ms;
    for (const listener of heldUp) listener(ms);
  };

  return {
    now: () => now,
    after,
    async sleep(ms, options) {
      requireGiven("how long to sleep", ms, "delay");
      requireGivenOptions("sleep", options, { signal: { ...GIVEN.signal, required: true } });
      const { signal } = options;
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const stop = after(ms, resolve);
      const abort = (): void => {
        stop();
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      try {
        await promise;
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
    async advance(ms) {
      requireGiven("how far to advance a clock", ms, "duration");
      const until = now + ms;
      await settled();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        now = Math.max(now, timer.due);
        timer.fire();
        await settled();
      }
      now = until;
    },
    suspend(ms) {
      requireGiven("how long to suspend a clock", ms, "duration");
      jump(ms);
    },
    setBack(ms) {
      requireGiven("by how much to set back a clock", ms, "duration");
      jump(-ms);
    },
    onHeldUp(listener) {
      heldUp.add(listener);
      return () => heldUp.delete(listener);
    },
    pending: () => timers.size,
    untilNext: () => {
      const next = nextDue(Number.POSITIVE_INFINITY);
      return next === undefined ? undefined : Math.max(0, next.due - now);
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
