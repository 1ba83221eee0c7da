import type { Clock } from "@colony/core";

/** Longest time that a timer can be set for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Told that a time has come. */
interface AlarmListener {
  onAlarm(): void;
}

/** Wakes one who waits, at the soonest time that it was set for. One timer serves for many waits. */
export class Alarm {
  readonly #clock: Clock;
  readonly #listener: AlarmListener;
  #cancelTimer: (() => void) | undefined;
  /** A time of the size that comes later, or each new alarm would change the shape of all. */
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, listener: AlarmListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Sets it for so many milliseconds from now, which may be none or fewer. What is due no later is kept, and looked at then. */
  set(ms: number, now: number): "set" | "too_far" {
    if (ms > MAX_TIMER_MS) return "too_far";
    const dueAt = now + ms;
    if (this.#cancelTimer !== undefined && this.#dueAt <= dueAt) return "set";
    this.#cancelTimer?.();
    this.#dueAt = dueAt;
    this.#cancelTimer = this.#clock.after(Math.max(0, ms), () => {
      this.#cancelTimer = undefined;
      this.#listener.onAlarm();
    });
    return "set";
  }

  /** The clock has moved on, and the timer has not: it is later than it says. */
  isLate(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  cancel(): void {
    this.#cancelTimer?.();
  }
}
