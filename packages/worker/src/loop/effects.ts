import type { AgentCommand, CallId } from "@colony/core";

/** Something that waits for the outside world, and comes back with what to record. Must not throw. */
export type Work = (signal: AbortSignal) => Promise<readonly AgentCommand[]>;

/** What one run is waiting for, by call. */
export class Effects {
  readonly #running = new Map<CallId, { readonly controller: AbortController; readonly done: Promise<void> }>();
  #outcomes: AgentCommand[] = [];
  /** Called when there is something to record. */
  onOutcome: (() => void) | undefined;

  get size(): number {
    return this.#running.size;
  }

  get hasOutcomes(): boolean {
    return this.#outcomes.length > 0;
  }

  has(callId: CallId): boolean {
    return this.#running.has(callId);
  }

  start(callId: CallId, work: Work): void {
    const controller = new AbortController();
    const done = work(controller.signal).then((commands) => {
      if (this.#running.get(callId)?.controller !== controller) return;
      this.#running.delete(callId);
      this.#outcomes.push(...commands);
      this.onOutcome?.();
    });
    this.#running.set(callId, { controller, done });
  }

  /** What has come of them since the last time, to be recorded. */
  takeOutcomes(): readonly AgentCommand[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }

  /** Tells everything that runs to stop. */
  abort(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Tells everything to stop, and takes no more outcomes. */
  abandon(): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    this.#outcomes = [];
    for (const { controller } of running) controller.abort();
  }
}
