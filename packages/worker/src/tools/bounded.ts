import type { Clock } from "@colony/core";

/** How work that was waited for came back: by itself, or because its time was up or it was called off. */
export type Bounded<Value> =
  | { readonly came: "back"; readonly value: Value }
  | { readonly came: "thrown"; readonly error: unknown }
  | { readonly came: "timed_out" | "called_off" };

/** How long work is waited for. */
export interface Bounds {
  /** Calls it off. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** How long work that was told to stop may take to do so before it is abandoned. Milliseconds. */
const ABORT_GRACE_MS = 2_000;

/** Waits for work within bounds, also for work that does not heed its signal. What an abandoned one says later is ignored. */
export async function bounded<Value>(
  work: (signal: AbortSignal) => Value | Promise<Value>,
  { signal, timeoutMs, clock }: Bounds,
): Promise<Bounded<Value>> {
  const stopping = new AbortController();
  let stopped: "timed_out" | "called_off" | undefined;
  let cancelGrace: (() => void) | undefined;
  return await new Promise((resolve) => {
    const stop = (why: "timed_out" | "called_off", reason: unknown): void => {
      if (stopped !== undefined) return;
      stopped = why;
      cancelGrace = clock.after(ABORT_GRACE_MS, () => settle({ came: why }));
      stopping.abort(reason);
    };
    const callOff = (): void => stop("called_off", signal.reason);
    const cancelTimer = clock.after(timeoutMs, () =>
      stop("timed_out", new Error(`no result within ${timeoutMs / 1_000} s`)),
    );
    const settle = (outcome: Bounded<Value>): void => {
      cancelTimer();
      cancelGrace?.();
      signal.removeEventListener("abort", callOff);
      resolve(outcome);
    };
    signal.addEventListener("abort", callOff);
    if (signal.aborted) callOff();
    started(work, stopping.signal).then(
      (value) => settle({ came: "back", value }),
      (error: unknown) => settle(stopped === undefined ? { came: "thrown", error } : { came: stopped }),
    );
  });
}

async function started<Value>(
  work: (signal: AbortSignal) => Value | Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  return await work(signal);
}
