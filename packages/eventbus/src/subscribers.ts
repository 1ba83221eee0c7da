import { recipientOf, type AgentId, type ColonyEvent, type EventQuery, type EventType } from "@colony/core";

/** Told of each event that its query matches. */
export type Listener = (event: ColonyEvent) => void;

/** One that is told. */
export interface Hearer {
  readonly next: Listener;
  /** There will be nothing more. */
  readonly complete: () => void;
}

/** Events of some types. */
export type OfTypes = Required<Pick<EventQuery, "types">>;

type Shelf = Map<string, Standing>;

/** Where a subscriber is filed: on each of the shelves under each of the keys. On none: it is told everything. */
interface Filing {
  readonly shelves: readonly Shelf[];
  readonly keys: readonly string[];
  /** What it asks for, unless the place where it is filed says all of it. */
  readonly rest: EventQuery | undefined;
}

/** A class, as is what is needed only for as long as something is under way: thousands come and go. */
class Subscriber {
  /** None once it has left: what is left of it then holds nothing. */
  hearer: Hearer | undefined;
  readonly shelves: readonly Shelf[];
  readonly keys: readonly string[];
  readonly rest: EventQuery | undefined;
  /** The telling during which it came; it hears from the next one on. */
  readonly since: number;

  constructor(hearer: Hearer, { shelves, keys, rest }: Filing, since: number) {
    this.hearer = hearer;
    this.shelves = shelves;
    this.keys = keys;
    this.rest = rest;
    this.since = since;
  }
}

/** Those who stand at one place, in the order in which they came. A list, since it is gone through for each event. */
interface Standing {
  /** Some of them may have left. Never made shorter: who is going through it goes on. */
  list: Subscriber[];
  left: number;
}

/**
 * Who wants to be told of what, filed under the narrowest thing each one asked for, so that an event is held only
 * against those that may want it. A listener may come or go while told: who has left is told nothing more, and who has
 * come hears from the next event on.
 */
export class Subscribers {
  readonly #byExecution: Shelf = new Map();
  readonly #byAgent: Shelf = new Map();
  readonly #byRecipient: Shelf = new Map();
  readonly #byCorrelation: Shelf = new Map();
  readonly #byParent: Shelf = new Map();
  readonly #byType: Shelf = new Map();
  /** By agent, those who wait for events of some types. */
  readonly #byAwaited: Shelf = new Map();
  readonly #awaited: readonly Shelf[] = [this.#byAwaited];
  /** Every type that anybody has waited for: upon all others none of those who wait is looked up. */
  readonly #awaitedTypes = new Set<EventType>();
  readonly #unfiltered: Standing = { list: [], left: 0 };
  readonly #all = new Set<Subscriber>();
  readonly #parentOf: (agentId: AgentId) => AgentId | undefined;
  #telling = 0;

  constructor(parentOf: (agentId: AgentId) => AgentId | undefined) {
    this.#parentOf = parentOf;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Returns the way to leave; leaving twice is allowed. `complete` is called when the bus closes first. */
  add(query: EventQuery, hearer: Hearer): () => void {
    return this.#file(hearer, this.#filing(query));
  }

  /** The same for events of some types that happen to any of some agents, each of which is named once. */
  addFor(agents: readonly AgentId[], rest: OfTypes, hearer: Hearer): () => void {
    for (const type of rest.types) this.#awaitedTypes.add(type);
    return this.#file(hearer, { shelves: this.#awaited, keys: agents, rest });
  }

  /** Tells each listener whose query matches. What one throws is handed on, and the others are told all the same. */
  tell(event: ColonyEvent, onError: (error: unknown) => void): void {
    this.#telling += 1;
    this.#tellAll(this.#unfiltered, event, onError);
    // A shelf on which nothing stands is not asked: to look up a text that is made anew for each event costs more than the rest.
    if (this.#byType.size > 0) this.#tellAll(this.#byType.get(event.type), event, onError);
    if (this.#byAgent.size > 0) this.#tellAll(this.#byAgent.get(event.agentId), event, onError);
    if (this.#byAwaited.size > 0 && this.#awaitedTypes.has(event.type))
      this.#tellAll(this.#byAwaited.get(event.agentId), event, onError);
    if (this.#byExecution.size > 0 && event.executionId !== undefined)
      this.#tellAll(this.#byExecution.get(event.executionId), event, onError);
    if (this.#byCorrelation.size > 0 && event.correlationId !== undefined)
      this.#tellAll(this.#byCorrelation.get(event.correlationId), event, onError);
    if (this.#byRecipient.size > 0) this.#tellRecipient(event, onError);
    if (this.#byParent.size > 0) this.#tellParent(event, onError);
  }

  /** Lets everybody go, and tells them that this was all. */
  close(): void {
    const leaving = [...this.#all];
    const hearers = leaving.map(({ hearer }) => hearer);
    for (const subscriber of leaving) subscriber.hearer = undefined;
    this.#all.clear();
    this.#unfiltered.list = [];
    this.#unfiltered.left = 0;
    for (const shelf of [this.#byExecution, this.#byAgent, this.#byRecipient]) shelf.clear();
    for (const shelf of [this.#byCorrelation, this.#byParent, this.#byType, this.#byAwaited]) shelf.clear();
    for (const hearer of hearers) hearer?.complete();
  }

  #file(hearer: Hearer, filing: Filing): () => void {
    const subscriber = new Subscriber(hearer, filing, this.#telling);
    this.#all.add(subscriber);
    const { shelves, keys } = filing;
    if (shelves.length === 0) this.#unfiltered.list.push(subscriber);
    for (const shelf of shelves) for (const key of keys) put(shelf, key, subscriber);
    return () => this.#leave(subscriber);
  }

  #leave(subscriber: Subscriber): void {
    if (!this.#all.delete(subscriber)) return;
    subscriber.hearer = undefined;
    const { shelves, keys } = subscriber;
    if (shelves.length === 0) leave(this.#unfiltered);
    for (const shelf of shelves) for (const key of keys) remove(shelf, key);
  }

  #tellRecipient(event: ColonyEvent, onError: (error: unknown) => void): void {
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== event.agentId)
      this.#tellAll(this.#byRecipient.get(recipient), event, onError);
  }

  #tellParent(event: ColonyEvent, onError: (error: unknown) => void): void {
    const parentId = this.#parentOf(event.agentId);
    if (parentId !== undefined) this.#tellAll(this.#byParent.get(parentId), event, onError);
  }

  #tellAll(standing: Standing | undefined, event: ColonyEvent, onError: (error: unknown) => void): void {
    if (standing === undefined) return;
    for (const { hearer, rest, since } of standing.list) {
      if (hearer === undefined || since === this.#telling) continue;
      if (rest !== undefined && !matches(rest, event, this.#parentOf)) continue;
      try {
        hearer.next(event);
      } catch (error) {
        onError(error);
      }
    }
  }

  #filing(query: EventQuery): Filing {
    const { executionId, agentId, concerning, correlationId, parentId, types } = query;
    if (executionId !== undefined)
      return filed([this.#byExecution], executionId, { ...query, executionId: undefined });
    if (agentId !== undefined) return filed([this.#byAgent], agentId, { ...query, agentId: undefined });
    if (concerning !== undefined)
      return filed([this.#byAgent, this.#byRecipient], concerning, { ...query, concerning: undefined });
    if (correlationId !== undefined)
      return filed([this.#byCorrelation], correlationId, { ...query, correlationId: undefined });
    if (parentId !== undefined) return filed([this.#byParent], parentId, { ...query, parentId: undefined });
    if (types !== undefined) return { shelves: [this.#byType], keys: [...new Set(types)], rest: undefined };
    return { shelves: [], keys: [], rest: undefined };
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
  if (concerning !== undefined && event.agentId !== concerning && recipientOf(event) !== concerning)
    return false;
  return parentId === undefined || parentOf(event.agentId) === parentId;
}

function filed(
  shelves: readonly Shelf[],
  key: string,
  rest: { readonly [Key in keyof EventQuery]: EventQuery[Key] | undefined },
): Filing {
  const left = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { shelves, keys: [key], rest: left.length === 0 ? undefined : Object.fromEntries(left) };
}

function put(shelf: Shelf, key: string, subscriber: Subscriber): void {
  const there = shelf.get(key);
  if (there === undefined) shelf.set(key, { list: [subscriber], left: 0 });
  else there.list.push(subscriber);
}

function remove(shelf: Shelf, key: string): void {
  const there = shelf.get(key);
  if (there === undefined) return;
  leave(there);
  if (there.list.length === 0) shelf.delete(key);
}

/** One more has left. A list is made anew once half of those in it have, so that leaving costs the same in a long one. */
function leave(standing: Standing): void {
  standing.left += 1;
  if (standing.left * 2 < standing.list.length) return;
  standing.list = standing.list.filter(({ hearer }) => hearer !== undefined);
  standing.left = 0;
}
