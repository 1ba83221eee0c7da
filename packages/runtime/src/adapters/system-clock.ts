import type { Clock } from "@colony/core";

/** How often we look whether time has gone on without us. Milliseconds. */
const BEAT_MS = 500;

/** A gap between two looks from which on the process has not been working but was held up. Milliseconds. */
const HELD_UP_MS = 5_000;

/**
 * The time of this machine. A process that is stopped, or whose machine sleeps, finds the time of day far ahead when it goes
 * on, and on some systems all its timers due at once. Neither is taken for work: timers wait for what was left of them, and
 * whoever has asked for it is told how long it was.
 */
export function createSystemClock(): Clock {
  return new SystemClock();
}

class SystemClock implements Clock {
  readonly #listeners = new Set<(ms: number) => void>();
  #beat: NodeJS.Timeout | undefined;
  #seenTime = 0;
  #seenTick = 0;
  /** For how long timers have run while nobody could work. */
  #lostMs = 0;
  /** Timers that wait. */
  #waiting = 0;

  now(): number {
    if (this.#beat !== undefined && Date.now() - this.#seenTime >= HELD_UP_MS) this.#look();
    return Date.now();
  }

  after(ms: number, callback: () => void): () => void {
    this.#begin();
    let lostMs = this.#lostMs;
    let isWaiting = true;
    const settle = (): boolean => {
      const was = isWaiting;
      isWaiting = false;
      if (was) this.#waiting -= 1;
      return was;
    };
    const fire = (): void => {
      this.#look();
      const held = this.#lostMs - lostMs;
      lostMs = this.#lostMs;
      if (held > 0) timer = setTimeout(fire, Math.min(held, ms));
      else if (settle()) callback();
    };
    let timer = setTimeout(fire, ms);
    return () => {
      clearTimeout(timer);
      settle();
    };
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

  /** Looks around as long as anything is waited for, and once more. */
  #begin(): void {
    this.#waiting += 1;
    if (this.#beat !== undefined) return;
    this.#seenTime = Date.now();
    this.#seenTick = performance.now();
    this.#beat = setInterval(() => {
      this.#look();
      if (this.#waiting > 0) return;
      clearInterval(this.#beat);
      this.#beat = undefined;
    }, BEAT_MS).unref();
  }

  #look(): void {
    const [time, tick] = [Date.now(), performance.now()];
    const [timeMs, tickMs] = [time - this.#seenTime, tick - this.#seenTick];
    this.#seenTime = time;
    this.#seenTick = tick;
    if (tickMs >= HELD_UP_MS) this.#lostMs += tickMs;
    if (timeMs >= HELD_UP_MS) for (const listener of this.#listeners) listener(timeMs);
  }
}
