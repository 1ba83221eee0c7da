import { isThenable, type Clock } from "@colony/core";
import type { Stopping } from "../stopping.ts";

/** How work that was waited for came back: by itself, or because its time was up or it was called off. */
export type Bounded<Value> =
  | { readonly came: "back"; readonly value: Value }
  | { readonly came: "thrown"; readonly error: unknown }
  | { readonly came: "timed_out" | "called_off" };

/** How long work is waited for. */
export interface Bounds {
  /** Calls it off; told to stop as well when the time is up. */
  readonly stopping: Stopping;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** How long work that was told to stop may take to do so before it is abandoned. Milliseconds. */
const ABORT_GRACE_MS = 2_000;

/**
 * Waits for work within bounds, also for work that does not heed its signal. What an abandoned one says later is ignored.
 * Work that is done at once is not waited for.
 */
export function bounded<Value>(
  work: () => Value | Promise<Value>,
  bounds: Bounds,
): Bounded<Value> | Promise<Bounded<Value>> {
  let begun: Value | Promise<Value>;
  try {
    begun = work();
    if (!isThenable(begun)) return { came: "back", value: begun };
  } catch (error) {
    return bounds.stopping.aborted ? { came: "called_off" } : { came: "thrown", error };
  }
  const waited = begun;
  return new Promise((resolve) => new Waiting(bounds, resolve).begin(waited));
}

/** Work that takes its time. */
class Waiting<Value> {
  readonly #bounds: Bounds;
  readonly #resolve: (came: Bounded<Value>) => void;
  #stopped: "timed_out" | "called_off" | undefined;
  #cancelTimer: () => void;

  constructor(bounds: Bounds, resolve: (came: Bounded<Value>) => void) {
    const { stopping, timeoutMs, clock } = bounds;
    this.#bounds = bounds;
    this.#resolve = resolve;
    this.#cancelTimer = clock.after(timeoutMs, () => {
      this.#stop("timed_out");
      stopping.abort(new Error(`no result within ${timeoutMs / 1_000} s`));
    });
    stopping.listener = this;
    if (stopping.aborted) this.onAbort();
  }

  begin(work: Value | PromiseLike<Value>): void {
    Promise.resolve(work).then(
      (value) => this.#settle({ came: "back", value }),
      (error: unknown) =>
        this.#settle(this.#stopped === undefined ? { came: "thrown", error } : { came: this.#stopped }),
    );
  }

  onAbort(): void {
    this.#stop("called_off");
  }

  #stop(why: "timed_out" | "called_off"): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    this.#cancelTimer();
    this.#cancelTimer = this.#bounds.clock.after(ABORT_GRACE_MS, () => this.#settle({ came: why }));
  }

  #settle(came: Bounded<Value>): void {
    this.#cancelTimer();
    this.#bounds.stopping.listener = undefined;
    this.#resolve(came);
  }
}
