import type { ColonyEvent } from "@colony/core";

/** The newest events, in memory, for those who are not far behind. Bounded by a count. */
export class History {
  readonly #limit: number;
  #events: ColonyEvent[] = [];
  #dropped = 0;

  constructor(limit: number, head: number) {
    this.#limit = limit;
    this.#dropped = head;
  }

  get size(): number {
    return this.#events.length;
  }

  push(event: ColonyEvent): void {
    this.#events.push(event);
    if (this.#events.length < this.#limit * 2) return;
    const surplus = this.#events.splice(0, this.#events.length - this.#limit);
    this.#dropped = surplus.at(-1)?.seq ?? this.#dropped;
  }

  /** The events after a seq, oldest first; undefined where that is further back than this reaches. */
  after(seq: number): readonly ColonyEvent[] | undefined {
    if (seq < this.#dropped) return undefined;
    const events = this.#events;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return events.slice(low);
  }

  /** The newest ones, newest last. */
  newest(limit: number): readonly ColonyEvent[] {
    return this.#events.slice(-Math.min(limit, this.#limit));
  }
}
