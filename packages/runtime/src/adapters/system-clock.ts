import type { Clock } from "@colony/core";

/** How often we look whether time has gone on without us. Milliseconds. */
const BEAT_MS = 500;

/** The longest that a timer of the system can be set for: from there on it would be due at once. Milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A gap between two looks in which the process did not work for so long is time in which it was held up. Milliseconds. */
const HELD_UP_MS = 5_000;

/**
 * The time of this machine. A process that is stopped, or whose machine sleeps, finds the time of day far ahead when it goes
 * on, and on some systems all its timers due at once. Neither is taken for work: timers wait for what was left of them, and
 * whoever has asked for it is told how long it was. Time in which it has computed without a pause was work. Of a clock that is set
 * back they are told as well.
 */
export function createSystemClock(): Clock {
  return new SystemClock();
}

class SystemClock implements Clock {
  readonly #listeners = new Set<(ms: number) => void>();
  #beat: NodeJS.Timeout | undefined;
  #seenTime = Number.NEGATIVE_INFINITY;
  #seenTick = Number.NEGATIVE_INFINITY;
  #seenWorkMs = 0;
  /** For how long timers have run while nobody could work. */
  lostMs = 0;
  /** Timers that wait. */
  waiting = 0;

  now(): number {
    const now = Date.now();
    if (this.#beat !== undefined && Math.abs(now - this.#seenTime) >= HELD_UP_MS) this.look();
    return now;
  }

  after(ms: number, callback: () => void): () => void {
    if (this.#beat === undefined) this.#begin();
    const wait = new Wait(this, ms, callback);
    return () => wait.cancel();
  }

  async sleep(ms: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.after(ms, resolve);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      cancel();
      signal.removeEventListener("abort", abort);
    }
  }

  onHeldUp(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finds out whether time has gone on without us since the last look, or is set back. */
  look(): void {
    const [time, tick] = [Date.now(), Math.round(performance.now())];
    const [timeMs, tickMs] = [time - this.#seenTime, tick - this.#seenTick];
    this.#seenTime = time;
    this.#seenTick = tick;
    if (timeMs - tickMs <= -HELD_UP_MS) this.#tell(timeMs - tickMs);
    if (timeMs < HELD_UP_MS && tickMs < HELD_UP_MS) return;
    const worked = this.#worked();
    if (tickMs - worked >= HELD_UP_MS) this.lostMs += tickMs - worked;
    if (timeMs - worked >= HELD_UP_MS) this.#tell(timeMs - worked);
  }

  #tell(ms: number): void {
    for (const listener of this.#listeners) listener(ms);
  }

  /** For how long this process has had a processor since it was asked the last time. One that is stopped, or sleeps, has none. */
  #worked(): number {
    const { user, system } = process.cpuUsage();
    const before = this.#seenWorkMs;
    this.#seenWorkMs = Math.floor((user + system) / 1_000);
    return this.#seenWorkMs - before;
  }

  /** Looks around as long as anything is waited for, and once more. */
  #begin(): void {
    this.#seenTime = Date.now();
    this.#seenTick = Math.round(performance.now());
    this.#worked();
    this.#beat = setInterval(() => {
      this.look();
      this.#worked();
      if (this.waiting > 0) return;
      clearInterval(this.#beat);
      this.#beat = undefined;
    }, BEAT_MS).unref();
  }
}

/** One timer. Thousands of workers wait for some at once, so it holds little. */
class Wait {
  readonly #clock: SystemClock;
  readonly #callback: () => void;
  /** What the timer under way was set for. */
  #ms: number;
  /** What is left after it. */
  #leftMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lostMs: number;

  constructor(clock: SystemClock, ms: number, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
    this.#ms = Math.min(ms, LONGEST_TIMER_MS);
    this.#leftMs = ms - this.#ms;
    this.#lostMs = clock.lostMs;
    this.#timer = setTimeout(fire, this.#ms, this);
    clock.waiting += 1;
  }

  cancel(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#clock.waiting -= 1;
  }

  /**
   * It is due, unless it has run while nobody could work: then it runs on for as long, and never longer than it was set
   * for. A long wait is several timers, one after the other.
   */
  fire(): void {
    this.#clock.look();
    const lostMs = this.#clock.lostMs - this.#lostMs;
    this.#lostMs = this.#clock.lostMs;
    if (lostMs > 0) {
      this.#timer = setTimeout(fire, Math.min(lostMs, this.#ms), this);
      return;
    }
    if (this.#leftMs > 0) {
      this.#ms = Math.min(this.#leftMs, LONGEST_TIMER_MS);
      this.#leftMs -= this.#ms;
      this.#timer = setTimeout(fire, this.#ms, this);
      return;
    }
    this.#timer = undefined;
    this.#clock.waiting -= 1;
    this.#callback();
  }
}

function fire(wait: Wait): void {
  wait.fire();
}
