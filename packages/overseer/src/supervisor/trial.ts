import { isSuspect, type AgentId, type AgentState, type EventType } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

/** After these an agent may have shown that it was not to blame, or have nothing left to be tried for. */
const VERDICTS: readonly EventType[] = [
  "MODEL_CALL_COMPLETED",
  "TOOL_CALL_COMPLETED",
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
];

/** What a trial needs. */
export interface TrialOptions {
  readonly bus: EventBus;
  readonly ledger: Ledger;
  /** Somebody who was held may go to work now. */
  readonly onFree: (agentId: AgentId) => void;
}

/**
 * Work in the middle of which hosts keep dying is tried one at a time: the next death is then that of the one on trial,
 * and everybody else gets through. Who is not suspect is not held up.
 */
export class Trial {
  readonly #options: TrialOptions;
  readonly #held = new Set<AgentId>();
  #onTrial: AgentId | undefined;
  #leave: (() => void) | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** Whether the agent may go to work now; one that may not is told of as soon as it may. */
  admits(state: AgentState): boolean {
    const { id } = state.record;
    if (this.#onTrial === id || !isSuspect(state)) return true;
    if (this.#onTrial === undefined) this.#begin(id);
    else this.#held.add(id);
    return this.#onTrial === id;
  }

  /** The agent is at work no more. */
  end(agentId: AgentId): void {
    if (this.#onTrial !== agentId) return;
    this.close();
    const held = [...this.#held];
    this.#held.clear();
    for (const id of held) this.#options.onFree(id);
  }

  /** Nobody is on trial any more, and nobody is told. */
  close(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#onTrial = undefined;
  }

  #begin(agentId: AgentId): void {
    const { bus, ledger } = this.#options;
    this.#onTrial = agentId;
    const subscription = bus.events$({ types: VERDICTS, agentId }).subscribe(() => {
      const state = ledger.peek(agentId);
      if (state === undefined || !isSuspect(state)) this.end(agentId);
    });
    this.#leave = () => subscription.unsubscribe();
  }
}
