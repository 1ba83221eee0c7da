import type { AgentId } from "@colony/core";

/** Those who have lent their place and want one again. */
export class Resting {
  readonly #waiting = new Map<AgentId, () => void>();

  /** Resolves when it has a place. */
  until(agentId: AgentId): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(agentId, resolve);
    });
  }

  /** It has been given a place; false where it does not wait for one. */
  wake(agentId: AgentId): boolean {
    const resolve = this.#waiting.get(agentId);
    this.#waiting.delete(agentId);
    resolve?.();
    return resolve !== undefined;
  }

  /** Its run is over, whether it has a place or not; whether it still waited for one. */
  forget(agentId: AgentId): boolean {
    return this.#waiting.delete(agentId);
  }
}
