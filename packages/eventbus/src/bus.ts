import {
  ColonyError,
  type AgentId,
  type Append,
  type Clock,
  type ColonyEvent,
  type EventLog,
  type EventQuery,
  type Pulse,
} from "@colony/core";
import { Feed, type FeedFrom } from "./feed.ts";
import { History } from "./history.ts";
import { PulseLine, type PulseQuery, type PulseStream } from "./pulses.ts";
import { SafeObservable } from "./safe-observable.ts";
import { Subscribers, matches, type Hearer, type OfTypes } from "./subscribers.ts";
import { waitFor, type WaitOptions } from "./wait-for.ts";

/** Counts of what a bus has done and holds. */
export interface BusStats {
  readonly told: number;
  readonly head: number;
  readonly subscribers: number;
  readonly subscriberErrors: number;
  readonly history: number;
  readonly pulses: number;
  readonly pulseListeners: number;
  /** Feeds that wait for something newer. */
  readonly waitingFeeds: number;
}

/** What a bus is made of. */
export interface BusOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Events kept in memory for readers that are not far behind; default 1,000. Up to twice as many are held. */
  readonly history?: number;
  /**
   * An agent's parent, for queries by parent. Default: learnt from AGENT_SPAWNED as they pass, which knows nobody who
   * was spawned before this bus was made, and keeps one entry for each spawned agent. A colony passes its index.
   */
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
  /** Feeds that wait for something newer, or for the end. */
  readonly #waiters = new Set<() => void>();
  readonly #leavers = new Set<() => void>();
  readonly #stop: () => void;
  readonly #onError: (error: unknown) => void;
  /**
   * Parents of those that have just been spawned. Where the colony is asked for parents, it may hear of a commit after
   * the bus does, so the bus remembers them while it tells that commit; otherwise it remembers them for good.
   */
  readonly #spawned = new Map<AgentId, AgentId>();
  readonly #forgetsParents: boolean;
  /** Commits that were made while one was being told. */
  readonly #queue: (readonly ColonyEvent[])[] = [];
  #telling = false;
  #head: number;
  #told = 0;
  #errors = 0;
  #closed = false;

  constructor(options: BusOptions) {
    const { log, clock, history, parentOf, onSubscriberError } = options;
    this.#log = log;
    this.#clock = clock;
    this.#head = log.head();
    this.#history = new History(history ?? 1_000, this.#head);
    this.#parentOf = (id) => this.#spawned.get(id) ?? parentOf?.(id);
    this.#forgetsParents = parentOf !== undefined;
    this.#subscribers = new Subscribers(this.#parentOf);
    this.#onError = (error) => {
      this.#errors += 1;
      if (onSubscriberError !== undefined) this.#report(onSubscriberError, error);
    };
    this.#pulses = new PulseLine(this.#onError);
    this.#stop = log.onAppended((events) => this.#take(events));
  }

  /** Appends to the log and, once that is durable, tells it. Rejects as the log does. */
  publish(append: Append): Promise<readonly ColonyEvent[]> {
    return this.#log.append(append);
  }

  /** Events from now on. Each is told as it happens; as an async iterable it is read at the reader's own speed. */
  events$(query: EventQuery = {}): SafeObservable<ColonyEvent> {
    return new SafeObservable<ColonyEvent>({
      subscribe: (subscriber) => this.#listen(query, subscriber),
      iterate: () => this.feed({ query, after: this.#head })[Symbol.asyncIterator](),
      onError: this.#onError,
    });
  }

  /**
   * Tells one that waits of events of some types that happen to any of some agents, as `events$` would for each of them, but
   * without an observable: thousands may wait at once. Each agent is named once. Returns the way to leave.
   */
  hear(agents: readonly AgentId[], query: OfTypes, hearer: Hearer): () => void {
    return this.#closed ? endedFor(hearer) : this.#subscribers.addFor(agents, query, hearer);
  }

  /**
   * Events after a seq (default: from the very first), then live, without a gap or a repeat. Nothing is buffered for a
   * slow reader: it reads on from memory while it is close, and from the log when it is not. Throws `feed.beyond_head`.
   */
  feed(options: FeedFrom & { readonly query?: EventQuery } = {}): Feed {
    const { after = 0 } = options;
    const head = Math.max(this.#head, this.#log.head());
    if (after > head) throw beyondHead(after, head);
    return new Feed({
      log: this.#log,
      after,
      until: options.until,
      query: options.query ?? {},
      signal: options.signal,
      source: {
        closed: () => this.#closed,
        recent: (after) => this.#history.after(after),
        onTold: (wake) => joined(this.#waiters, wake),
        onClosed: (wake) => joined(this.#leavers, wake),
      },
      matches: (event) => matches(options.query ?? {}, event, this.#parentOf),
      onError: this.#onError,
    });
  }

  /**
   * The first event that matches: from now on, or after a seq where `after` is given, so that what has happened already
   * is found too. Undefined after `timeoutMs` (0: at once) and when the bus closes first. Rejects with `wait.aborted`
   * when the signal is aborted.
   */
  waitFor(query: EventQuery, options: WaitOptions = {}): Promise<ColonyEvent | undefined> {
    return waitFor(query, options, {
      clock: this.#clock,
      listen: (next, complete) => this.#listen(query, { next, complete }),
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

  /** Whether anybody listens to signals: where nobody does, none needs to be made. */
  get isHeard(): boolean {
    return this.#pulses.listeners > 0;
  }

  /** Passes a signal on to whoever listens now. */
  pulse(pulse: Pulse): void {
    this.#pulses.tell(pulse);
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
      pulseListeners: this.#pulses.listeners,
      waitingFeeds: this.#waiters.size,
    };
  }

  /** Ends every feed, wait and subscription. The log is its owner's to close. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#subscribers.close();
    this.#pulses.close();
    callAll(this.#leavers);
    this.#waiters.clear();
  }

  #listen(query: EventQuery, hearer: Hearer): () => void {
    return this.#closed ? endedFor(hearer) : this.#subscribers.add(query, hearer);
  }

  /** A subscriber can make the log commit again (by closing it); that is told when this has been told to everybody. */
  #take(events: readonly ColonyEvent[]): void {
    if (this.#telling) {
      this.#queue.push(events);
      return;
    }
    this.#telling = true;
    for (const event of events) this.#tell(event);
    if (this.#queue.length > 0) {
      for (const commit of this.#queue) for (const event of commit) this.#tell(event);
      this.#queue.length = 0;
    }
    this.#telling = false;
    if (this.#forgetsParents) this.#spawned.clear();
    callAll(this.#waiters);
  }

  #tell(event: ColonyEvent): void {
    if (event.seq <= this.#head || this.#closed) return;
    this.#head = event.seq;
    this.#told += 1;
    this.#history.push(event);
    if (event.type === "AGENT_SPAWNED" && event.data.parentId !== null)
      this.#spawned.set(event.agentId, event.data.parentId);
    this.#subscribers.tell(event, this.#onError);
  }

  /** Whoever is told of errors may have one of its own: that is counted too, and told to nobody. */
  #report(onSubscriberError: (error: unknown) => unknown, error: unknown): void {
    const count = (): void => void (this.#errors += 1);
    try {
      const outcome = onSubscriberError(error);
      if (outcome instanceof Promise) outcome.catch(count);
    } catch {
      count();
    }
  }
}

/** A place that the log has not come to is another log's, or one of this log's before it lost its end. */
function beyondHead(after: number, head: number): ColonyError {
  return new ColonyError(
    "feed.beyond_head",
    `there is no event ${after} to go on after, the newest is ${head}; read from there, or from the start`,
    { details: { after, head } },
  );
}

/** Who comes to a bus that is closed is told so at once, and has nothing to leave. */
function endedFor(hearer: Hearer): () => void {
  hearer.complete();
  return () => undefined;
}

function joined(set: Set<() => void>, wake: () => void): () => void {
  set.add(wake);
  return () => void set.delete(wake);
}

/** Calls each once. Whoever joins meanwhile waits for the next time. */
function callAll(set: Set<() => void>): void {
  if (set.size === 0) return;
  const all = [...set];
  set.clear();
  for (const each of all) each();
}
