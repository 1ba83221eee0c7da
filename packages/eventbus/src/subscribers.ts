import type { AgentId, ColonyEvent, EventQuery } from "@colony/core";

/** Told of each event that its query matches. */
export type Listener = (event: ColonyEvent) => void;

interface Subscriber {
  readonly query: EventQuery;
  readonly listener: Listener;
}

type Shelf = Map<string, readonly Subscriber[]>;

const EVERYTHING: Subscriber[] = [];

/**
 * Who wants to be told of what, filed under the narrowest thing each one asked for, so that an event is held only
 * against those that may want it. Lists are replaced, never changed, so that a listener may come or go while told.
 */
export class Subscribers {
  readonly #byExecution: Shelf = new Map();
  readonly #byAgent: Shelf = new Map();
  readonly #byCorrelation: Shelf = new Map();
  readonly #byParent: Shelf = new Map();
  readonly #byType: Shelf = new Map();
  #unfiltered: readonly Subscriber[] = EVERYTHING;
  readonly #parentOf: (agentId: AgentId) => AgentId | undefined;
  #size = 0;

  constructor(parentOf: (agentId: AgentId) => AgentId | undefined) {
    this.#parentOf = parentOf;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns the way to leave; leaving twice is allowed. */
  add(query: EventQuery, listener: Listener): () => void {
    const subscriber: Subscriber = { query, listener };
    const places = this.#placesFor(query);
    if (places === undefined) this.#unfiltered = [...this.#unfiltered, subscriber];
    else for (const [shelf, key] of places) shelf.set(key, [...(shelf.get(key) ?? []), subscriber]);
    this.#size += 1;
    let here = true;
    return () => {
      if (!here) return;
      here = false;
      this.#size -= 1;
      if (places === undefined) this.#unfiltered = this.#unfiltered.filter((other) => other !== subscriber);
      else for (const [shelf, key] of places) removeFrom(shelf, key, subscriber);
    };
  }

  /** Calls back for each listener whose query matches. */
  forEach(event: ColonyEvent, call: (listener: Listener) => void): void {
    const parentId = this.#byParent.size === 0 ? undefined : this.#parentOf(event.agentId);
    this.#tell(this.#unfiltered, event, call);
    this.#tell(this.#byType.get(event.type), event, call);
    this.#tell(this.#byAgent.get(event.agentId), event, call);
    if (event.executionId !== undefined) this.#tell(this.#byExecution.get(event.executionId), event, call);
    if (event.correlationId !== undefined) this.#tell(this.#byCorrelation.get(event.correlationId), event, call);
    if (parentId !== undefined) this.#tell(this.#byParent.get(parentId), event, call);
    if (event.type === "SUBAGENT_REPORT" && event.data.parentId !== null)
      this.#tell(this.#byAgent.get(`to:${event.data.parentId}`), event, call);
  }

  #tell(
    subscribers: readonly Subscriber[] | undefined,
    event: ColonyEvent,
    call: (listener: Listener) => void,
  ): void {
    if (subscribers === undefined) return;
    for (const { query, listener } of subscribers)
      if (matches(query, event, this.#parentOf)) call(listener);
  }

  #placesFor(query: EventQuery): readonly (readonly [Shelf, string])[] | undefined {
    if (query.executionId !== undefined) return [[this.#byExecution, query.executionId]];
    if (query.agentId !== undefined) return [[this.#byAgent, query.agentId]];
    if (query.concerning !== undefined)
      return [
        [this.#byAgent, query.concerning],
        [this.#byAgent, `to:${query.concerning}`],
      ];
    if (query.correlationId !== undefined) return [[this.#byCorrelation, query.correlationId]];
    if (query.parentId !== undefined) return [[this.#byParent, query.parentId]];
    if (query.types !== undefined) return [...new Set(query.types)].map((type) => [this.#byType, type] as const);
    return undefined;
  }
}

/** Whether an event is what a query asks for. */
export function matches(
  query: EventQuery,
  event: ColonyEvent,
  parentOf: (agentId: AgentId) => AgentId | undefined,
): boolean {
  const { types, agentId, concerning, parentId, executionId, correlationId } = query;
  if (types !== undefined && !types.includes(event.type)) return false;
  if (agentId !== undefined && event.agentId !== agentId) return false;
  if (executionId !== undefined && event.executionId !== executionId) return false;
  if (correlationId !== undefined && event.correlationId !== correlationId) return false;
  if (concerning !== undefined && event.agentId !== concerning) {
    if (event.type !== "SUBAGENT_REPORT" || event.data.parentId !== concerning) return false;
  }
  return parentId === undefined || parentOf(event.agentId) === parentId;
}

function removeFrom(shelf: Shelf, key: string, subscriber: Subscriber): void {
  const rest = (shelf.get(key) ?? []).filter((other) => other !== subscriber);
  if (rest.length === 0) shelf.delete(key);
  else shelf.set(key, rest);
}
