import { SafeObservable, type SubscriberErrorHandler, type Told } from "./safe-observable.ts";

/** Tells changes of one thing to whoever listens now. Whoever reads slowly is told the newest, and not what it was meanwhile. */
export class StorageLine<State> {
  readonly stream: SafeObservable<State>;
  readonly #listeners = new Set<Told<State>>();
  readonly #waiting = new Set<() => void>();
  #newest: { readonly state: State } | undefined;
  #closed = false;

  constructor(onError: SubscriberErrorHandler) {
    this.stream = new SafeObservable<State>({
      onError,
      subscribe: (told) => {
        if (this.#closed) told.complete();
        else this.#listeners.add(told);
        return () => void this.#listeners.delete(told);
      },
      iterate: () => this.#read(this.#newest),
    });
  }

  tell(state: State): void {
    if (this.#closed) return;
    this.#newest = { state };
    for (const listener of this.#listeners) listener.next(state);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners) listener.complete();
    this.#listeners.clear();
    this.#wake();
  }

  async *#read(from: { readonly state: State } | undefined): AsyncGenerator<State, undefined> {
    for (let seen = from; !this.#closed;) {
      if (this.#newest === seen || this.#newest === undefined) {
        await new Promise<void>((resolve) => void this.#waiting.add(resolve));
        continue;
      }
      seen = this.#newest;
      yield seen.state;
    }
    return undefined;
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
