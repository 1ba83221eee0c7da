import type { AgentId } from "@colony/core";

/**
 * Agents whose work a person has called off although the log could not take that yet: nothing of theirs begins or is
 * recorded until it has, so that what is recorded next is their end.
 */
export class CalledOff {
  readonly #waiting = new Map<AgentId, Set<() => void>>();

  has(agentId: AgentId): boolean {
    return this.#waiting.has(agentId);
  }

  /** Adds an agent, until what is returned is called. */
  add(agentId: AgentId): () => void {
    const waiting = this.#waiting.get(agentId) ?? new Set();
    this.#waiting.set(agentId, waiting);
    return () => {
      if (this.#waiting.get(agentId) === waiting) this.#waiting.delete(agentId);
      for (const goOn of waiting) goOn();
    };
  }

  /** Resolves once the agent is not among them: at once where it never was. False where the signal came first. */
  async settled(agentId: AgentId, signal: AbortSignal): Promise<boolean> {
    for (let each = this.#waiting.get(agentId); each !== undefined; each = this.#waiting.get(agentId)) {
      if (signal.aborted) return false;
      const waiting = each;
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          signal.removeEventListener("abort", goOn);
          waiting.delete(goOn);
          resolve();
        };
        waiting.add(goOn);
        signal.addEventListener("abort", goOn);
      });
    }
    return !signal.aborted;
  }
}
