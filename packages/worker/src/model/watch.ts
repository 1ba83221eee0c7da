import type { Clock } from "@colony/core";

/** What a wait rejects with when it was called off. */
export const ABORTED = Symbol("aborted");

/** What a wait rejects with when nothing came in time. */
export const SILENT = Symbol("silent");

/** Bounds each wait by the abort signal and by a time, whatever the model does; one timer and one listener for all. */
export class Watch {
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  readonly #inner = new AbortController();
  readonly #lettingGo: (() => void)[] = [];
  #reject: ((reason: unknown) => void) | undefined;

  constructor({ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
    this.#clock = clock;
    this.#outer = signal;
    signal.addEventListener("abort", this.#abort);
  }

  /** Aborted when the outer signal is, and when the watch has ended. */
  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  async over<T>(work: PromiseLike<T>, timeoutMs: number): Promise<T> {
    if (this.#outer.aborted) this.#abort();
    const waiting = new Promise<never>((_, reject) => {
      this.#reject = reject;
      if (this.#inner.signal.aborted) reject(ABORTED as unknown as Error);
    });
    const cancelTimer = this.#clock.after(timeoutMs, () => this.#reject?.(SILENT));
    try {
      return await Promise.race([work, waiting]);
    } finally {
      cancelTimer();
      this.#reject = undefined;
    }
  }

  /** To be done when it ends, the newest first. */
  onEnd(letGo: () => void): void {
    this.#lettingGo.unshift(letGo);
  }

  /** Whatever is still under way is told to stop. */
  end(): void {
    this.#outer.removeEventListener("abort", this.#abort);
    this.#inner.abort();
    for (const letGo of this.#lettingGo) letGo();
  }

  readonly #abort = (): void => {
    this.#inner.abort(this.#outer.reason);
    this.#reject?.(ABORTED);
  };
}
