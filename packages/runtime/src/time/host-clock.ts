import type { Clock } from "@colony/core";

/**
 * The time by which a host's work is measured. When the host was held up (its machine slept, its process was stopped) it stands
 * still until that is recorded with all the work that was under way; so nothing is ever found to have taken that long. Where the
 * clock is set back it goes back at once, and until that is recorded work has taken no time at all.
 */
export class HostClock implements Clock {
  readonly #clock: Clock;
  readonly #listeners = new Set<(ms: number) => void>();
  readonly #settled = new Set<() => void>();
  readonly #leave: (() => void) | undefined;
  /** What has not been recorded yet. Milliseconds. */
  #owedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#leave = clock.onHeldUp?.((ms) => {
      if (ms > 0) this.#owedMs += ms;
      for (const listener of this.#listeners) listener(ms);
    });
  }

  now(): number {
    // Asking for the time may be how it is found out.
    const now = this.#clock.now();
    return now - this.#owedMs;
  }

  /** The time of day, whatever is recorded. */
  timeOfDay(): number {
    return this.#clock.now();
  }

  after(ms: number, callback: () => void): () => void {
    return this.#clock.after(ms, callback);
  }

  sleep(ms: number, options: { readonly signal: AbortSignal }): Promise<void> {
    return this.#clock.sleep(ms, options);
  }

  onHeldUp(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** So much has been recorded. */
  settle(ms: number): void {
    this.#owedMs -= ms;
    for (const listener of this.#settled) listener();
  }

  /** Calls back when it goes on after it has stood still. Returns the way to stop. */
  onSettled(listener: () => void): () => void {
    this.#settled.add(listener);
    return () => this.#settled.delete(listener);
  }

  close(): void {
    this.#leave?.();
  }
}
