import type { Clock } from "@colony/core";

/** What a wait rejects with when it was called off. */
export const ABORTED = new Error("the wait was called off");

/** What a wait rejects with when nothing came in time. */
export const SILENT = new Error("nothing came in time");

/**
 * Bounds each wait by an abort and by a time, whatever is waited for; one timer and one listener for all. Thousands of
 * workers wait in here at once, so it holds little.
 */
export class Watch {
  readonly #clock: Clock;
  readonly #stopping: AbortController;
  #reject: ((reason: Error) => void) | undefined;

  constructor(clock: Clock, stopping: AbortController) {
    this.#clock = clock;
    this.#stopping = stopping;
    stopping.signal.addEventListener("abort", this.#abort);
  }

  /** The outcome of the work; rejects with ABORTED or SILENT where those come first. */
  async over<T>(work: PromiseLike<T>, timeoutMs: number): Promise<T> {
    let cancelTimer: (() => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        work.then(resolve, reject);
        if (this.#stopping.signal.aborted) reject(ABORTED);
        else cancelTimer = this.#clock.after(timeoutMs, this.#silence);
      });
    } finally {
      cancelTimer?.();
      this.#reject = undefined;
    }
  }

  /** Whatever is still under way is told to stop. */
  end(): void {
    this.#stopping.signal.removeEventListener("abort", this.#abort);
    this.#stopping.abort();
  }

  readonly #abort = (): void => this.#reject?.(ABORTED);

  readonly #silence = (): void => this.#reject?.(SILENT);
}
