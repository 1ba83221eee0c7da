/** Told when a signal is aborted. */
interface Listener {
  onAbort(): void;
}

/**
 * Tells many that a signal is aborted, with one listener on it: a signal looks through all of its listeners whenever one
 * comes or goes, and thousands of runs heed the same one.
 */
export class Aborts {
  readonly #hearing = new Map<
    AbortSignal,
    { readonly listeners: Set<Listener>; readonly tell: () => void }
  >();

  hear(signal: AbortSignal, listener: Listener): void {
    const there = this.#hearing.get(signal);
    if (there !== undefined) {
      there.listeners.add(listener);
      return;
    }
    const listeners = new Set([listener]);
    const tell = (): void => {
      for (const each of listeners) each.onAbort();
    };
    this.#hearing.set(signal, { listeners, tell });
    signal.addEventListener("abort", tell);
  }

  leave(signal: AbortSignal, listener: Listener): void {
    const there = this.#hearing.get(signal);
    if (there?.listeners.delete(listener) !== true || there.listeners.size > 0) return;
    this.#hearing.delete(signal);
    signal.removeEventListener("abort", there.tell);
  }
}
