import type { AgentId, AgentRecord } from "@colony/core";
import type { Admission } from "./admission.ts";

const AT_ONCE = Promise.resolve();

/** Those who have lent their place while they wait for others, and want one again. */
export class Resting {
  readonly #admission: Admission;
  readonly #onChange: () => void;
  readonly #waiting = new Map<AgentId, () => void>();

  /** Calls back when somebody may be let in. */
  constructor(admission: Admission, onChange: () => void) {
    this.#admission = admission;
    this.#onChange = onChange;
  }

  /** Takes an agent's place for others; what comes back is called when it wants one again, and resolves when it has it. */
  lend(agentId: AgentId, record: AgentRecord | undefined): () => Promise<void> {
    if (record === undefined || !this.#admission.leave(agentId)) return () => AT_ONCE;
    this.#onChange();
    return () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.set(agentId, resolve);
      this.#admission.add({ ...record, agentId, interrupted: true });
      this.#onChange();
      return promise;
    };
  }

  /** It has been given a place; false where it does not wait for one. */
  wake(agentId: AgentId): boolean {
    const resolve = this.#waiting.get(agentId);
    this.#waiting.delete(agentId);
    resolve?.();
    return resolve !== undefined;
  }

  /** Its run is over, whether it has a place or not: it waits for none any more. */
  forget(agentId: AgentId): void {
    if (this.#waiting.delete(agentId)) this.#admission.drop(agentId);
  }
}
