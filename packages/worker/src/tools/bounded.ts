import type { Clock } from "@colony/core";
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

/** Waits for work within bounds, also for work that does not heed its signal. What an abandoned one says later is ignored. */
export function bounded<Value>(
  work: () => Value | Promise<Value>,
  { stopping, timeoutMs, clock }: Bounds,
): Promise<Bounded<Value>> {
  return new Promise((resolve) => {
    let stopped: "timed_out" | "called_off" | undefined;
    let cancelTimer: () => void;
    const stop = (why: "timed_out" | "called_off"): void => {
      if (stopped !== undefined) return;
      stopped = why;
      cancelTimer();
      cancelTimer = clock.after(ABORT_GRACE_MS, () => settle({ came: why }));
    };
    const settle = (outcome: Bounded<Value>): void => {
      cancelTimer();
      stopping.onAbort = undefined;
      resolve(outcome);
    };
    cancelTimer = clock.after(timeoutMs, () => {
      stop("timed_out");
      stopping.abort(new Error(`no result within ${timeoutMs / 1_000} s`));
    });
    stopping.onAbort = () => stop("called_off");
    if (stopping.aborted) stop("called_off");
    started(work).then(
      (value) => settle({ came: "back", value }),
      (error: unknown) => settle(stopped === undefined ? { came: "thrown", error } : { came: stopped }),
    );
  });
}

async function started<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  return await work();
}
