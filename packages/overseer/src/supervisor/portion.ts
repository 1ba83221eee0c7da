import type { Clock } from "@colony/core";
import { nextTurn } from "../adapters/next-turn.ts";

/** Most workers that are let in before the event loop has its turn, where others leave it time. */
export const PORTION = 128;

/** For each millisecond that a turn took, more of them after it: half as many as could have been begun in that time. */
const PER_MS = 10;

/**
 * Workers are let in by portions. What thousands make as they begin would all be alive at once, too much for the processor's
 * caches and copied by the collector as if it were to last; and whatever else the process has to do would wait for all of them.
 * Where those who are in have so much to do that a turn takes long, the portion grows with it: they would keep the others out
 * until they have nothing more to do.
 */
export class Portion {
  readonly #clock: Pick<Clock, "now">;
  readonly #onNext: () => void;
  #size = PORTION;
  #letIn = 0;
  #spentAt = 0;

  /** Calls back when a portion was spent and more may be let in. */
  constructor(clock: Pick<Clock, "now">, onNext: () => void) {
    this.#clock = clock;
    this.#onNext = onNext;
  }

  /** Whether nobody more is let in for now. */
  get isSpent(): boolean {
    return this.#letIn >= this.#size;
  }

  /** Somebody is let in. */
  take(): void {
    this.#letIn += 1;
    if (this.#letIn < this.#size) return;
    this.#spentAt = this.#clock.now();
    nextTurn(() => this.#renew());
  }

  #renew(): void {
    this.#letIn = 0;
    this.#size = Math.max(PORTION, (this.#clock.now() - this.#spentAt) * PER_MS);
    this.#onNext();
  }
}
