import type {
  AgentId,
  Append,
  Clock,
  ColonyEvent,
  EventLog,
  EventQuery,
  Pulse,
} from "@colony/core";
import { Feed, type FeedFrom } from "./feed.ts";
import { History } from "./history.ts";
import { PulseLine, type PulseQuery, type PulseStream } from "./pulses.ts";
import { SafeObservable } from "./safe-observable.ts";
import { Subscribers, matches } from "./subscribers.ts";
import { waitFor, type WaitOptions } from "./wait-for.ts";

/** Counts of what a bus has done and holds. */
export interface BusStats {
  readonly told: number;
  readonly head: number;
  readonly subscribers: number;
  readonly subscriberErrors: number;
  readonly history: number;
  readonly pulses: number;
}

/** What a bus is made of. */
export interface BusOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Events kept in memory for readers that are not far behind; default 1,000. */
  readonly history?: number;
  /** An agent's parent, for queries by parent. Default: learnt from AGENT_SPAWNED as they pass. */
  readonly parentOf?: (agentId: AgentId) => AgentId | undefined;
  /** Told of what subscribers throw. Default: only counted. */
  readonly onSubscriberError?: (error: unknown) => void;
}

/**
 * Tells everybody what the log has taken: each event once, in seq order, to all whose query matches. Nobody is waited
 * for. Facts come from the log only; pulses pass beside them.
 */
export class EventBus {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #history: History;
  readonly #subscribers: Subscribers;
  readonly #parentOf: (agentId: AgentId) => AgentId | undefined;
  readonly #pulses: PulseLine;
  readonly #waiters = new Set<() => void>();
  readonly #stop: () => void;
  readonly #onError: (error: unknown) => void;
  #head: number;
  #told = 0;
  #errors = 0;
  #closed = false;

  constructor(options: BusOptions) {
    this.#log = options.log;
    this.#clock = options.clock;
    this.#head = options.log.head();
    this.#history = new History(options.history ?? 1_000, this.#head);
    const learnt = new Map<AgentId, AgentId>();
    this.#parentOf = options.parentOf ?? ((id) => learnt.get(id));
    this.#subscribers = new Subscribers(this.#parentOf);
    this.#onError = (error) => {
      this.#errors += 1;
      options.onSubscriberError?.(error);
    };
    this.#pulses = new PulseLine(this.#onError);
    const learn = options.parentOf === undefined;
    this.#stop = this.#log.onAppended((events) => {
      for (const event of events) {
        if (learn && event.type === "AGENT_SPAWNED" && event.data.parentId !== null)
          learnt.set(event.agentId, event.data.parentId);
        this.#tell(event);
      }
      this.#wake();
    });
  }

  /** Appends to the log and, once that is durable, tells it. Rejects as the log does. */
  publish(append: Append): Promise<readonly ColonyEvent[]> {
    return this.#log.append(append);
  }

  /** Events from now on. Each is told as it happens; as an async iterable it is read at the reader's own speed. */
  events$(query: EventQuery = {}): SafeObservable<ColonyEvent> {
    return new SafeObservable<ColonyEvent>({
      subscribe: (next) => this.#subscribers.add(query, next),
      iterate: () => this.feed({ query, after: this.#head })[Symbol.asyncIterator](),
      onError: this.#onError,
    });
  }

  /**
   * Events after a seq (default: from the very first), then live, without a gap or a repeat. Nothing is buffered for a
   * slow reader: it reads on from memory while it is close, and from the log when it is not.
   */
  feed(options: FeedFrom & { readonly query?: EventQuery } = {}): Feed {
    return new Feed({
      log: this.#log,
      after: options.after ?? 0,
      until: options.until,
      query: options.query ?? {},
      signal: options.signal,
      source: {
        head: () => this.#head,
        closed: () => this.#closed,
        recent: (after) => this.#history.after(after),
        onTold: (wake) => {
          this.#waiters.add(wake);
          return () => this.#waiters.delete(wake);
        },
      },
      matches: (event) => matches(options.query ?? {}, event, this.#parentOf),
      onError: this.#onError,
    });
  }

  /**
   * The first event that matches: from now on, or after a seq where `after` is given, so that what has happened already
   * is found too. Undefined after `timeoutMs` (0: at once); without it waits for as long as the bus lives. Rejects with
   * `wait.aborted` when the signal is aborted.
   */
  waitFor(query: EventQuery, options: WaitOptions = {}): Promise<ColonyEvent | undefined> {
    return waitFor(query, options, {
      clock: this.#clock,
      listen: (listener) => this.#subscribers.add(query, listener),
      feed: (from) => this.feed({ ...from, query }),
      head: () => this.#head,
    });
  }

  /** The newest events in memory, newest last. */
  history(options: { readonly query?: EventQuery; readonly limit?: number } = {}): readonly ColonyEvent[] {
    const { query = {}, limit = 100 } = options;
    const all = this.#history.newest(Number.MAX_SAFE_INTEGER);
    return limit <= 0 ? [] : all.filter((event) => matches(query, event, this.#parentOf)).slice(-limit);
  }

  /** Passes a signal on to whoever listens now. */
  pulse(pulse: Pulse): void {
    if (!this.#closed) this.#pulses.tell(pulse);
  }

  /** Passing signals. As an async iterable it holds at most 1,000 for a slow reader and then says how many it dropped. */
  pulses$(query: PulseQuery = {}): PulseStream {
    return this.#pulses.stream(query);
  }

  stats(): BusStats {
    return {
      told: this.#told,
      head: this.#head,
      subscribers: this.#subscribers.size,
      subscriberErrors: this.#errors,
      history: this.#history.size,
      pulses: this.#pulses.told,
    };
  }

  /** Ends every feed and wait. The log is its owner's to close. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#pulses.close();
    this.#wake();
  }

  #tell(event: ColonyEvent): void {
    this.#head = event.seq;
    this.#told += 1;
    this.#history.push(event);
    this.#subscribers.forEach(event, (listener) => {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
