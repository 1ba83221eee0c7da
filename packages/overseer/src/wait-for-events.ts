import type { AgentId, Clock, ColonyEvent, EventQuery } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/** What is waited for: something that events of some agents may bring about. */
export interface Awaited<End> {
  /** Each once. */
  readonly agents: readonly AgentId[];
  /** Nothing else that happens to them is looked at. */
  readonly query: Required<Pick<EventQuery, "types">>;
  /** What the wait ends with upon an event; undefined where it goes on. */
  after(event: ColonyEvent): End | undefined;
  /** What it ends with when its time is over. */
  late(): End;
}

/** What cut a wait short: the caller, or the end of the colony. */
export type Cut = "aborted" | "closed";

/** How long to wait, and what cuts it short. */
export interface WaitForEventsOptions {
  /** Milliseconds above 0; infinite waits without end. */
  readonly timeoutMs: number;
  /** Not aborted yet. */
  readonly signal?: AbortSignal | undefined;
}

/** Waits until events have brought something about, or the time is over, or the wait is cut short; then nothing is left of it. */
export function waitForEvents<End>(
  { bus, clock }: { readonly bus: EventBus; readonly clock: Clock },
  awaited: Awaited<End>,
  { timeoutMs, signal }: WaitForEventsOptions,
): Promise<End | Cut> {
  return new Promise((resolve) => {
    const wait = new Wait(awaited, resolve);
    if (signal !== undefined) wait.heed(signal);
    if (timeoutMs < Number.POSITIVE_INFINITY) wait.limit(clock, timeoutMs);
    wait.listen(bus);
  });
}

/** A class, and what few waits need only where they do: thousands wait at once. */
class Wait<End> {
  readonly #awaited: Awaited<End>;
  readonly #resolve: (end: End | Cut) => void;
  #leave: (() => void) | undefined;
  #stopClock: (() => void) | undefined;
  #ignore: (() => void) | undefined;

  constructor(awaited: Awaited<End>, resolve: (end: End | Cut) => void) {
    this.#awaited = awaited;
    this.#resolve = resolve;
  }

  heed(signal: AbortSignal): void {
    const onAbort = (): void => this.#finish("aborted");
    signal.addEventListener("abort", onAbort);
    this.#ignore = () => signal.removeEventListener("abort", onAbort);
  }

  limit(clock: Clock, timeoutMs: number): void {
    this.#stopClock = clock.after(timeoutMs, () => this.#finish(this.#awaited.late()));
  }

  /** Last, since a bus that is closed ends the wait at once. */
  listen(bus: EventBus): void {
    this.#leave = bus.hear(this.#awaited.agents, this.#awaited.query, this);
  }

  next(event: ColonyEvent): void {
    const end = this.#awaited.after(event);
    if (end !== undefined) this.#finish(end);
  }

  complete(): void {
    this.#finish("closed");
  }

  #finish(end: End | Cut): void {
    this.#leave?.();
    this.#stopClock?.();
    this.#ignore?.();
    this.#resolve(end);
  }
}
