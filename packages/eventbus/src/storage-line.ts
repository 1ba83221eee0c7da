import { NewestReader, type Follower } from "./newest-reader.ts";
import { SafeObservable, type SubscriberErrorHandler } from "./safe-observable.ts";

/** Tells changes of one thing to whoever listens now. Whoever reads slowly is told the newest, and not what it was meanwhile. */
export class StorageLine<State> {
  readonly stream: SafeObservable<State>;
  readonly #followers = new Set<Follower<State>>();
  #newest: { readonly state: State } | undefined;
  #closed = false;

  constructor(onError: SubscriberErrorHandler) {
    this.stream = new SafeObservable<State>({
      onError,
      subscribe: (told) => this.#add(told),
      iterate: () => this.#read(this.#newest),
    });
  }

  tell(state: State): void {
    if (this.#closed) return;
    this.#newest = { state };
    for (const follower of this.#followers) follower.next(state);
  }

  close(): void {
    this.#closed = true;
    for (const follower of this.#followers) follower.complete();
    this.#followers.clear();
  }

  /** A reader of what changes after something that it is not told of. */
  #read(known: { readonly state: State } | undefined): NewestReader<State> {
    return new NewestReader((follower) => {
      const newest = this.#newest;
      if (!this.#closed && newest !== undefined && newest !== known) follower.next(newest.state);
      return this.#add(follower);
    });
  }

  #add(follower: Follower<State>): () => void {
    if (this.#closed) follower.complete();
    else this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }
}
