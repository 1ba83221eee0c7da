import type { AgentCommand, CallId } from "@colony/core";
import { Stopping } from "../stopping.ts";

/** Something that waits for the outside world, and comes back with what to record. Told to stop, it is called off. What it throws is a fault of ours. */
export type Work = (stopping: Stopping) => Promise<readonly AgentCommand[]>;

interface Effect {
  readonly callId: CallId;
  readonly stopping: Stopping;
  readonly done: Promise<void>;
}

const NONE: readonly AgentCommand[] = [];
const NO_CALLS: readonly CallId[] = [];

/** What one run is waiting for, by call. */
export class Effects {
  /** Few at a time, mostly one. */
  #running: readonly Effect[] = [];
  #outcomes = NONE;
  /** Calls that have come back since outcomes were taken. The log does not know of them yet. */
  #back: readonly CallId[] = NO_CALLS;
  #news = false;
  #fault: { readonly error: unknown } | undefined;
  readonly #onNews: () => void;

  /** `onNews` is called when one of them has come back. */
  constructor(onNews: () => void) {
    this.#onNews = onNews;
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
    return this.#running.some((effect) => effect.callId === callId) || this.#back.includes(callId);
  }

  start(callId: CallId, work: Work): void {
    const stopping = new Stopping();
    const done = work(stopping).then(
      (commands) => this.#tookBack(stopping, commands),
      (error: unknown) => this.#tookBack(stopping, NONE, { error }),
    );
    this.#running = this.#running.concat({ callId, stopping, done });
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
    for (const { stopping } of this.#running) stopping.abort();
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running.length > 0) await Promise.all(this.#running.map(({ done }) => done));
  }

  /** Tells everything to stop, and takes no more outcomes. */
  abandon(): void {
    const running = this.#running;
    this.#running = [];
    this.#outcomes = NONE;
    for (const { stopping } of running) stopping.abort();
  }

  /** One that was abandoned has nothing to say any more. */
  #tookBack(
    stopping: Stopping,
    commands: readonly AgentCommand[],
    fault?: { readonly error: unknown },
  ): void {
    const back = this.#running.find((effect) => effect.stopping === stopping);
    if (back === undefined) return;
    this.#running = this.#running.filter((effect) => effect !== back);
    this.#back = this.#back.concat(back.callId);
    this.#outcomes = this.#outcomes.concat(commands);
    this.#fault ??= fault;
    this.#news = true;
    this.#onNews();
  }
}
