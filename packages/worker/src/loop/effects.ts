import type { AgentCommand, CallId } from "@colony/core";

/** Something that waits for the outside world, and comes back with what to record. Aborting the controller calls it off. What it throws is a fault of ours. */
export type Work = (stopping: AbortController) => Promise<readonly AgentCommand[]>;

/** What one run is waiting for, by call. */
export class Effects {
  readonly #running = new Map<
    CallId,
    { readonly controller: AbortController; readonly done: Promise<void> }
  >();
  #outcomes: AgentCommand[] = [];
  #news = false;
  #fault: { readonly error: unknown } | undefined;
  /** Called when one of them has come back. */
  onNews: (() => void) | undefined;

  get size(): number {
    return this.#running.size;
  }

  /** Whether any has come back since outcomes were taken, even with nothing to record. */
  get hasNews(): boolean {
    return this.#news;
  }

  has(callId: CallId): boolean {
    return this.#running.has(callId);
  }

  start(callId: CallId, work: Work): void {
    const controller = new AbortController();
    const done = work(controller).then(
      (commands) => {
        if (this.#isBack(callId, controller)) this.#tookBack(commands);
        return undefined;
      },
      (error: unknown) => {
        if (this.#isBack(callId, controller)) this.#tookBack([], { error });
      },
    );
    this.#running.set(callId, { controller, done });
  }

  /** What has come of them since the last time, to be recorded. Throws the fault of one that failed us. */
  takeOutcomes(): readonly AgentCommand[] {
    if (this.#fault !== undefined) throw this.#fault.error;
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    this.#news = false;
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

  /** False for one that was abandoned. */
  #isBack(callId: CallId, controller: AbortController): boolean {
    return this.#running.get(callId)?.controller === controller && this.#running.delete(callId);
  }

  #tookBack(commands: readonly AgentCommand[], fault?: { readonly error: unknown }): void {
    this.#outcomes.push(...commands);
    this.#fault ??= fault;
    this.#news = true;
    this.onNews?.();
  }
}
