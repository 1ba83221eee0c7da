import type { Clock } from "@colony/core";

/** Longest time that a timer can be set for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** From how long before it is due on an alarm has a timer of its own. Milliseconds. */
const NEAR_MS = 60_000;

/** Told that a time has come. */
interface AlarmListener {
  onAlarm(): void;
}

/**
 * The alarms of a host. Most are set for minutes from now and called off long before: those have one timer among them, which is
 * due when the first of them has become near.
 */
export class Alarms {
  readonly clock: Clock;
  readonly #far = new Set<Alarm>();
  #cancelTimer: (() => void) | undefined;
  /** When the timer is due. A time of the size that comes later. */
  #lookAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Keeps an alarm that is far off. It is told when it has become near. */
  keep(alarm: Alarm, now: number): void {
    this.#far.add(alarm);
    this.#lookBy(alarm.dueAt - NEAR_MS, now);
  }

  leave(alarm: Alarm): void {
    if (!this.#far.delete(alarm) || this.#far.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** The clock has moved on, and the timer has not: what it says of itself is no measure for others any more. */
  isLate(): void {
    if (this.#far.size > 0) this.#lookBy(Number.NEGATIVE_INFINITY, 0);
  }

  #lookBy(at: number, now: number): void {
    if (this.#cancelTimer !== undefined && this.#lookAt <= at) return;
    this.#cancelTimer?.();
    this.#lookAt = at;
    this.#cancelTimer = this.clock.after(Math.max(0, at - now), () => this.#look());
  }

  #look(): void {
    this.#cancelTimer = undefined;
    const now = this.clock.now();
    let first = Number.POSITIVE_INFINITY;
    for (const alarm of this.#far)
      if (alarm.dueAt - now > NEAR_MS) first = Math.min(first, alarm.dueAt);
      else {
        this.#far.delete(alarm);
        alarm.onNear(now);
      }
    if (this.#far.size > 0) this.#lookBy(first - NEAR_MS, now);
  }
}

/** Wakes one who waits, at the soonest time that it was set for. One timer serves for many waits. */
export class Alarm {
  readonly #alarms: Alarms;
  readonly #listener: AlarmListener;
  #cancelTimer: (() => void) | undefined;
  #isSet = false;
  #isLate = false;
  /** A time of the size that comes later, or each new alarm would change the shape of all. */
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(alarms: Alarms, listener: AlarmListener) {
    this.#alarms = alarms;
    this.#listener = listener;
  }

  /** When it is due by the clock, in epoch milliseconds. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Sets it for so many milliseconds from now, which may be none or fewer. What is due no later is kept, and looked at then. */
  set(ms: number, now: number): "set" | "too_far" {
    if (ms > MAX_TIMER_MS) return "too_far";
    const dueAt = now + ms;
    if (this.#isSet && !this.#isLate && this.#dueAt <= dueAt) return "set";
    this.cancel();
    this.#isSet = true;
    this.#isLate = false;
    this.#dueAt = dueAt;
    if (ms > NEAR_MS) this.#alarms.keep(this, now);
    else this.onNear(now);
    return "set";
  }

  /** It has a timer of its own from now on. */
  onNear(now: number): void {
    this.#cancelTimer = this.#alarms.clock.after(Math.max(0, this.#dueAt - now), () => {
      this.#cancelTimer = undefined;
      this.#isSet = false;
      this.#listener.onAlarm();
    });
  }

  /** The clock has moved on, and the timer has not: it is later than it says. */
  isLate(): void {
    this.#isLate = true;
    this.#alarms.isLate();
  }

  cancel(): void {
    if (!this.#isSet) return;
    this.#isSet = false;
    if (this.#cancelTimer === undefined) this.#alarms.leave(this);
    else this.#cancelTimer();
    this.#cancelTimer = undefined;
  }
}
