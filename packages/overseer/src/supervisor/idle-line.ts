/** Those who wait until nobody is at work. */
export class IdleLine {
  readonly #waiters = new Set<() => void>();

  /** Resolves the next time that it may be so, or when the signal comes. */
  async next(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      this.#waiters.add(done);
      signal?.addEventListener("abort", done);
    });
  }

  tell(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
