import type { Told } from "./safe-observable.ts";

/** Whoever is told how something stands, for as long as that can change. */
export type Follower<State> = Pick<Told<State>, "next" | "complete">;

type Read<State> = IteratorResult<State, undefined>;

const DONE = { done: true, value: undefined } as const;

/**
 * Reads how something stands at its reader's speed: whoever is slow is given the newest, and not what it was meanwhile. It
 * follows from the first `next` on, so a reader that never reads costs nothing; leaving (`return`) ends a read that waits.
 */
export class NewestReader<State> implements AsyncIterator<State, undefined> {
  readonly #follow: (follower: Follower<State>) => () => void;
  #stop: (() => void) | undefined;
  #ended = false;
  #held: { readonly state: State } | undefined;
  #waiting: ((read: Read<State>) => void)[] = [];

  /** `follow` returns the way to stop. */
  constructor(follow: (follower: Follower<State>) => () => void) {
    this.#follow = follow;
  }

  next(): Promise<Read<State>> {
    return new Promise((resolve) => {
      if (this.#stop === undefined && !this.#ended) this.#begin();
      const held = this.#held;
      this.#held = undefined;
      if (held !== undefined) resolve({ done: false, value: held.state });
      else if (this.#ended) resolve(DONE);
      else this.#waiting.push(resolve);
    });
  }

  return(): Promise<Read<State>> {
    this.#held = undefined;
    this.#end();
    return Promise.resolve(DONE);
  }

  #begin(): void {
    const stop = this.#follow({
      next: (state) => this.#hear(state),
      complete: () => this.#end(),
    });
    if (this.#ended) stop();
    else this.#stop = stop;
  }

  #hear(state: State): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#held = { state };
    else waiting({ done: false, value: state });
  }

  /** What is held can still be read. */
  #end(): void {
    this.#ended = true;
    this.#stop?.();
    this.#stop = undefined;
    for (const resolve of this.#waiting) resolve(DONE);
    this.#waiting = [];
  }
}
