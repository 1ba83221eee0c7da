import { nextTurn } from "../adapters/next-turn.ts";

/** Most workers that are let in before the event loop has its turn. */
export const PORTION = 128;

/**
 * Workers are let in by portions. What thousands make as they begin would all be alive at once, too much for the processor's
 * caches and copied by the collector as if it were to last; and whatever else the process has to do would wait for all of them.
 */
export class Portion {
  readonly #onNext: () => void;
  #letIn = 0;

  /** Calls back when a portion was spent and more may be let in. */
  constructor(onNext: () => void) {
    this.#onNext = onNext;
  }

  /** Whether nobody more is let in for now. */
  get isSpent(): boolean {
    return this.#letIn >= PORTION;
  }

  /** Somebody is let in. */
  take(): void {
    this.#letIn += 1;
    if (this.#letIn === PORTION) nextTurn(() => this.#renew());
  }

  #renew(): void {
    this.#letIn = 0;
    this.#onNext();
  }
}
