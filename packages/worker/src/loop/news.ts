import type { AgentId, EventType } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/** Events after which a run may have to drop what it is doing. */
const TYPES: readonly EventType[] = [
  "CANCEL_REQUESTED",
  "INPUT_RECEIVED",
  "EXECUTION_STARTED",
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
];

/** Tells runs that something has happened to their agents: one subscription for all of them, while there are any. */
export class News {
  readonly #bus: EventBus;
  readonly #listeners = new Map<AgentId, readonly (() => void)[]>();
  #leave: (() => void) | undefined;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** Returns the way to stop. */
  hear(agentId: AgentId, listener: () => void): () => void {
    this.#listeners.set(agentId, [...(this.#listeners.get(agentId) ?? []), listener]);
    if (this.#leave === undefined) {
      const subscription = this.#bus
        .events$({ types: TYPES })
        .subscribe((event) => this.#tell(event.agentId));
      this.#leave = () => subscription.unsubscribe();
    }
    return () => {
      const left = (this.#listeners.get(agentId) ?? []).filter((other) => other !== listener);
      if (left.length > 0) this.#listeners.set(agentId, left);
      else this.#listeners.delete(agentId);
      if (this.#listeners.size > 0) return;
      this.#leave?.();
      this.#leave = undefined;
    };
  }

  #tell(agentId: AgentId): void {
    for (const listener of this.#listeners.get(agentId) ?? []) listener();
  }
}
