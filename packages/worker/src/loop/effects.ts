import type { AgentCommand, CallId } from "@colony/core";
import { Stopping } from "../stopping.ts";

/** What came of something, to be recorded: known at once, or awaited. */
export type Outcome = readonly AgentCommand[] | Promise<readonly AgentCommand[]>;

const NONE: readonly AgentCommand[] = [];
const NO_CALLS: readonly CallId[] = [];
const NOTHING: readonly Effect[] = [];

/**
 * Something that waits for the outside world, and comes back with what to record. Told to stop, it is called off. Made by
 * `Effects`.
 */
export class Effect extends Stopping {
  readonly callId: CallId;
  readonly #effects: Effects;

  constructor(callId: CallId, effects: Effects) {
    super();
    this.callId = callId;
    this.#effects = effects;
  }

  /** It has come back. */
  back(commands: readonly AgentCommand[]): void {
    this.#effects.tookBack(this, commands);
  }

  /** It has thrown, which is a fault of ours. */
  fail(error: unknown): void {
    this.#effects.tookBack(this, NONE, { error });
  }

  /** Comes back with an outcome, now or later. */
  settle(outcome: Outcome): void {
    if (!(outcome instanceof Promise)) this.back(outcome);
    else
      outcome.then(
        (commands) => this.back(commands),
        (error: unknown) => this.fail(error),
      );
  }
}

/** What one run is waiting for, by call. */
export class Effects {
  /** Few at a time, mostly one. */
  #running = NOTHING;
  #outcomes = NONE;
  /** Calls that have come back since outcomes were taken. The log does not know of them yet. */
  #back = NO_CALLS;
  #news = false;
  #fault: { readonly error: unknown } | undefined;
  #onSettled: (() => void) | undefined;
  readonly #listener: { onEffect(): void };

  /** The listener is told when one of them has come back. */
  constructor(listener: { onEffect(): void }) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#running.length;
  }

  /** Whether any has come back since outcomes were taken, even with nothing to record. */
  get hasNews(): boolean {
    return this.#news;
  }

  /** Whether it runs, or has come back with what is still to be recorded. */
  has(callId: CallId): boolean {
    for (const effect of this.#running) if (effect.callId === callId) return true;
    return this.#back.includes(callId);
  }

  /** From now on it is waited for, until it has come back. */
  begin(callId: CallId): Effect {
    const effect = new Effect(callId, this);
    this.#running = this.#running === NOTHING ? [effect] : [...this.#running, effect];
    return effect;
  }

  /** What has come of them since the last time, to be recorded. Throws the fault of one that failed us. */
  takeOutcomes(): readonly AgentCommand[] {
    if (this.#fault !== undefined) throw this.#fault.error;
    const outcomes = this.#outcomes;
    this.#outcomes = NONE;
    this.#back = NO_CALLS;
    this.#news = false;
    return outcomes;
  }

  /** Tells everything that runs to stop. */
  abort(): void {
    for (const effect of this.#running) effect.abort();
  }

  /** Resolves when nothing runs any more. For one who waits. */
  settled(): Promise<void> {
    if (this.#running.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
  }

  /** Tells everything to stop, and takes no more outcomes. */
  abandon(): void {
    const running = this.#running;
    this.#running = NOTHING;
    this.#outcomes = NONE;
    for (const effect of running) effect.abort();
  }

  /** One that was abandoned has nothing to say any more. */
  tookBack(effect: Effect, commands: readonly AgentCommand[], fault?: { readonly error: unknown }): void {
    const running = this.#running;
    if (!running.includes(effect)) return;
    this.#running = running.length === 1 ? NOTHING : running.filter((other) => other !== effect);
    this.#back = this.#back === NO_CALLS ? [effect.callId] : [...this.#back, effect.callId];
    this.#outcomes = this.#outcomes === NONE ? commands : [...this.#outcomes, ...commands];
    this.#fault ??= fault;
    this.#news = true;
    this.#listener.onEffect();
    if (this.#running === NOTHING) this.#onSettled?.();
  }
}
