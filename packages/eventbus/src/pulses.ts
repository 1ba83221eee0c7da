import type { AgentId, ExecutionId, Pulse, PulseType } from "@colony/core";
import { MAX_PULSES_HELD, PulseReader, type Lagged } from "./pulse-reader.ts";
import { SafeObservable, type SubscriberErrorHandler } from "./safe-observable.ts";

/** Which signals a listener wants; none given means all. */
export interface PulseQuery {
  readonly types?: readonly PulseType[];
  readonly agentId?: AgentId;
  readonly executionId?: ExecutionId;
}

/** Passing signals, as an observable and as an async iterable. */
export type PulseStream = SafeObservable<Pulse | Lagged>;

interface PulseListener {
  readonly query: PulseQuery;
  readonly hear: (pulse: Pulse) => void;
  readonly ended: () => void;
  /** The signal during which it came; it hears from the next one on. */
  readonly since: number;
}

/** Signals from whoever is at work to whoever listens now, in the order in which they were given. */
export class PulseLine {
  readonly #byAgent = new Map<AgentId, Set<PulseListener>>();
  readonly #ofAnyAgent = new Set<PulseListener>();
  readonly #onError: SubscriberErrorHandler;
  /** Signals that listeners gave while one was being told. */
  readonly #queue: Pulse[] = [];
  #telling = false;
  #closed = false;
  told = 0;
  /** Who listens now. */
  listeners = 0;

  constructor(onError: SubscriberErrorHandler) {
    this.#onError = onError;
  }

  /** A listener that answers each signal with another one is heard up to a bound: signals are what is dropped first. */
  tell(pulse: Pulse): void {
    if (this.#closed) return;
    if (this.#telling) {
      if (this.#queue.length < MAX_PULSES_HELD) this.#queue.push(pulse);
      return;
    }
    this.#telling = true;
    this.#tellNow(pulse);
    for (const later of this.#queue) this.#tellNow(later);
    this.#queue.length = 0;
    this.#telling = false;
  }

  stream(query: PulseQuery): PulseStream {
    return new SafeObservable<Pulse | Lagged>({
      subscribe: (subscriber) =>
        this.#add(
          query,
          (pulse) => subscriber.next(pulse),
          () => subscriber.complete(),
        ),
      iterate: () => new PulseReader((hear, ended) => this.#add(query, hear, ended)),
      onError: this.#onError,
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const leaving = [...this.#ofAnyAgent, ...Array.from(this.#byAgent.values(), (some) => [...some]).flat()];
    this.#ofAnyAgent.clear();
    this.#byAgent.clear();
    this.listeners = 0;
    for (const { ended } of leaving) ended();
  }

  #add(query: PulseQuery, hear: (pulse: Pulse) => void, ended: () => void): () => void {
    if (this.#closed) {
      ended();
      return () => undefined;
    }
    const listener: PulseListener = { query, hear, ended, since: this.told };
    const shelf = this.#shelf(query);
    shelf.add(listener);
    this.listeners += 1;
    return () => {
      if (!shelf.delete(listener) || this.#closed) return;
      this.listeners -= 1;
      if (query.agentId !== undefined && shelf.size === 0 && this.#byAgent.get(query.agentId) === shelf)
        this.#byAgent.delete(query.agentId);
    };
  }

  #shelf({ agentId }: PulseQuery): Set<PulseListener> {
    if (agentId === undefined) return this.#ofAnyAgent;
    const there = this.#byAgent.get(agentId);
    if (there !== undefined) return there;
    const shelf = new Set<PulseListener>();
    this.#byAgent.set(agentId, shelf);
    return shelf;
  }

  #tellNow(pulse: Pulse): void {
    this.told += 1;
    for (const shelf of [this.#ofAnyAgent, this.#byAgent.get(pulse.agentId)])
      for (const { query, hear, since } of shelf ?? []) {
        if (since === this.told || !wants(query, pulse)) continue;
        try {
          hear(pulse);
        } catch (error) {
          this.#onError(error);
        }
      }
  }
}

function wants({ types, agentId, executionId }: PulseQuery, pulse: Pulse): boolean {
  if (types !== undefined && !types.includes(pulse.type)) return false;
  if (agentId !== undefined && pulse.agentId !== agentId) return false;
  return executionId === undefined || pulse.executionId === executionId;
}
