import type { Pulse } from "@colony/core";

/** Told instead of signals that a slow reader had no room for. */
export interface Lagged {
  readonly type: "lagged";
  readonly dropped: number;
}

/** Most signals that are held for a slow reader. */
export const MAX_PULSES_HELD = 1_000;

type Read = IteratorResult<Pulse | Lagged, undefined>;

const DONE: Read = { done: true, value: undefined };

/**
 * One reader's signals, of which only the newest are held. It listens from the first `next` on, so a reader that never
 * reads costs nothing; leaving (`return`) ends a read that waits.
 */
export class PulseReader implements AsyncIterator<Pulse | Lagged, undefined> {
  readonly #listen: (listener: (pulse: Pulse) => void, ended: () => void) => () => void;
  #leave: (() => void) | undefined;
  #ended = false;
  #held: Pulse[] = [];
  #first = 0;
  #dropped = 0;
  #waiting: ((read: Read) => void)[] = [];

  constructor(listen: (listener: (pulse: Pulse) => void, ended: () => void) => () => void) {
    this.#listen = listen;
  }

  next(): Promise<Read> {
    if (this.#leave === undefined && !this.#ended) this.#begin();
    const value = this.#take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  return(): Promise<Read> {
    this.#held = [];
    this.#first = 0;
    this.#dropped = 0;
    this.#end();
    return Promise.resolve(DONE);
  }

  #begin(): void {
    const leave = this.#listen(
      (pulse) => this.#hear(pulse),
      () => this.#end(),
    );
    if (this.#ended) leave();
    else this.#leave = leave;
  }

  /** What is held can still be read; nothing is added. */
  #end(): void {
    this.#ended = true;
    this.#leave?.();
    this.#leave = undefined;
    for (const resolve of this.#waiting) resolve(DONE);
    this.#waiting = [];
  }

  #hear(pulse: Pulse): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting({ done: false, value: pulse });
    this.#held.push(pulse);
    if (this.#held.length - this.#first <= MAX_PULSES_HELD) return;
    this.#dropped += 1;
    this.#dropFirst();
  }

  #take(): Pulse | Lagged | undefined {
    if (this.#dropped > 0) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      return { type: "lagged", dropped };
    }
    const pulse = this.#held[this.#first];
    if (pulse !== undefined) this.#dropFirst();
    return pulse;
  }

  /** Moves the list together now and then only, so that a signal costs the same however many are held. */
  #dropFirst(): void {
    this.#first += 1;
    if (this.#first < MAX_PULSES_HELD && this.#first < this.#held.length) return;
    this.#held = this.#held.slice(this.#first);
    this.#first = 0;
  }
}
