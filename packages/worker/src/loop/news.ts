import { COLONY_STREAM, type AgentId, type ColonyEvent, type EventType } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/** Events after which a run may have to drop what it is doing. */
const TYPES: readonly EventType[] = [
  "CANCEL_REQUESTED",
  "INPUT_RECEIVED",
  "EXECUTION_STARTED",
  "EXECUTION_HELD_UP",
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
  "QUESTION_ANSWERED",
  "APPROVAL_RESOLVED",
  "BUDGET_SET",
];

/** Told of what has happened to its agent. */
interface Listener {
  onNews(event: ColonyEvent): void;
  /** What it does is called off, although nothing could be recorded of that yet. */
  onCalledOff(): void;
}

const NOBODY: readonly Listener[] = [];

/** Tells runs that something has happened to their agents: one subscription for all of them, while there are any. */
export class News {
  readonly #bus: EventBus;
  readonly #listeners = new Map<AgentId, readonly Listener[]>();
  #unsubscribe: (() => void) | undefined;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  hear(agentId: AgentId, listener: Listener): void {
    const others = this.#listeners.get(agentId);
    this.#listeners.set(agentId, others === undefined ? [listener] : [...others, listener]);
    if (this.#unsubscribe !== undefined) return;
    const subscription = this.#bus.events$({ types: TYPES }).subscribe((event) => this.#tell(event));
    this.#unsubscribe = () => subscription.unsubscribe();
  }

  leave(agentId: AgentId, listener: Listener): void {
    const heard = this.#listeners.get(agentId);
    if (heard === undefined) return;
    const left = heard.length === 1 && heard[0] === listener ? NOBODY : without(heard, listener);
    if (left.length > 0) this.#listeners.set(agentId, left);
    else this.#listeners.delete(agentId);
    if (this.#listeners.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** Tells whoever runs the agent what the log cannot tell yet. */
  callOff(agentId: AgentId): void {
    for (const listener of this.#listeners.get(agentId) ?? []) listener.onCalledOff();
  }

  /** What stands in the colony's own stream concerns everybody. */
  #tell(event: ColonyEvent): void {
    if (event.agentId !== COLONY_STREAM)
      for (const listener of this.#listeners.get(event.agentId) ?? []) listener.onNews(event);
    else
      for (const listeners of this.#listeners.values())
        for (const listener of listeners) listener.onNews(event);
  }
}

function without(listeners: readonly Listener[], listener: Listener): readonly Listener[] {
  return listeners.filter((other) => other !== listener);
}
