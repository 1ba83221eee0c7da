import { COLONY_STREAM, type AgentId, type Amounts, type Lack } from "@colony/core";

/** Why an agent may not spend so much. */
type LackOf = (agentId: AgentId, need: Amounts) => (Lack & { readonly scope: AgentId }) | undefined;

interface Waiting {
  readonly agentId: AgentId;
  readonly need: Amounts;
  readonly wake: () => void;
  woken: boolean;
}

/**
 * Those for whom a budget has no room while others hold some of it, first come first served. One at a time is woken, and
 * the next once that one has taken its room or has left: so nobody is woken for room that another takes, and nobody is
 * forgotten.
 */
export class RoomLine {
  readonly #waiting = new Set<Waiting>();
  readonly #lackOf: LackOf;

  constructor(lackOf: LackOf) {
    this.#lackOf = lackOf;
  }

  /** Whether anybody waits. */
  get isWaitedIn(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Waits for room for so much. `wake` is called at once where there is some by now, or where there never will be any.
   * Returns the way to leave, which whoever came takes in the end.
   */
  join(agentId: AgentId, need: Amounts, wake: () => void): () => void {
    const waiting: Waiting = { agentId, need, wake, woken: false };
    this.#waiting.add(waiting);
    this.move();
    return () => {
      if (this.#waiting.delete(waiting)) this.move();
    };
  }

  /** Wakes the first who need not wait any more. */
  move(): void {
    for (const waiting of this.#waiting) {
      if (waiting.woken) return;
      const lack = this.#lackOf(waiting.agentId, waiting.need);
      if (lack?.mayPass !== true) {
        waiting.woken = true;
        waiting.wake();
        return;
      }
      // Who comes later needs room in the same budget, and must not take it away from those before.
      if (lack.scope === COLONY_STREAM) return;
    }
  }
}
