import type { Clock } from "@colony/core";
import { nextTurn } from "../adapters/next-turn.ts";

/** Most workers that are let in before the event loop has its turn, where others leave it time. */
export const PORTION = 128;

/** For each millisecond that a turn took, more of them after it: half as many as could have been begun in that time. */
const PER_MS = 10;

/** And no more than that, however long it took: the machine may have slept. */
const MOST = 4_096;

/**
 * Workers are let in by portions. What thousands make as they begin would all be alive at once, too much for the processor's
 * caches and copied by the collector as if it were to last; and whatever else the process has to do would wait for all of them.
 * Where those who are in have so much to do that a turn takes long, the next portion is larger: they would keep the others out
 * until they have nothing more to do.
 */
export class Portion {
  readonly #clock: Pick<Clock, "now">;
  readonly #onNext: () => void;
  #size = PORTION;
  #letIn = 0;
  #beganAt = 0;

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
    if (this.#letIn === 1) {
      this.#beganAt = this.#clock.now();
      nextTurn(() => this.#pass());
    }
    if (this.isSpent) nextTurn(() => this.#renew());
  }

  /** The turn is over in which it began, and it was not spent: it is not there for another one. */
  #pass(): void {
    if (!this.isSpent) this.#begin(PORTION);
  }

  #renew(): void {
    const grown = (this.#clock.now() - this.#beganAt) * PER_MS;
    this.#begin(Math.min(Math.max(PORTION, grown), MOST));
    this.#onNext();
  }

  #begin(size: number): void {
    this.#size = size;
    this.#letIn = 0;
  }
}
