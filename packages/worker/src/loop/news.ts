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

/** Those who run the same agent, which is one but for a moment. */
class Several implements Listener {
  readonly listeners: readonly Listener[];

  constructor(listeners: readonly Listener[]) {
    this.listeners = listeners;
  }

  onNews(event: ColonyEvent): void {
    for (const listener of this.listeners) listener.onNews(event);
  }

  onCalledOff(): void {
    for (const listener of this.listeners) listener.onCalledOff();
  }
}

/** Tells runs that something has happened to their agents: one subscription for all of them, while there are any. */
export class News {
  readonly #bus: EventBus;
  readonly #listeners = new Map<AgentId, Listener>();
  #unsubscribe: (() => void) | undefined;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  hear(agentId: AgentId, listener: Listener): void {
    const heard = this.#listeners.get(agentId);
    this.#listeners.set(agentId, heard === undefined ? listener : new Several([...each(heard), listener]));
    if (this.#unsubscribe !== undefined) return;
    const subscription = this.#bus.events$({ types: TYPES }).subscribe((event) => this.#tell(event));
    this.#unsubscribe = () => subscription.unsubscribe();
  }

  leave(agentId: AgentId, listener: Listener): void {
    const heard = this.#listeners.get(agentId);
    if (heard === undefined) return;
    const left = heard === listener ? undefined : without(heard, listener);
    if (left !== undefined) this.#listeners.set(agentId, left);
    else this.#listeners.delete(agentId);
    if (this.#listeners.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** Tells whoever runs the agent what the log cannot tell yet. */
  callOff(agentId: AgentId): void {
    this.#listeners.get(agentId)?.onCalledOff();
  }

  /** What stands in the colony's own stream concerns everybody. */
  #tell(event: ColonyEvent): void {
    if (event.agentId !== COLONY_STREAM) this.#listeners.get(event.agentId)?.onNews(event);
    else for (const listener of this.#listeners.values()) listener.onNews(event);
  }
}

function each(heard: Listener): readonly Listener[] {
  return heard instanceof Several ? heard.listeners : [heard];
}

function without(heard: Listener, listener: Listener): Listener | undefined {
  const left = each(heard).filter((other) => other !== listener);
  return left.length > 1 ? new Several(left) : left[0];
}
