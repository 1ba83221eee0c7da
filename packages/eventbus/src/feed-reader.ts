import type { ColonyEvent, EventLog, EventQuery } from "@colony/core";

/** What a feed asks of the bus it belongs to. */
interface FeedSource {
  closed(): boolean;
  /** The events after a seq, as far as memory reaches; undefined where it does not. */
  recent(after: number): readonly ColonyEvent[] | undefined;
  /** Calls back once, when something has been told. Returns the way to stop waiting. */
  onTold(wake: () => void): () => void;
  /** Calls back once, when the bus closes. Returns the way to stop waiting. */
  onClosed(wake: () => void): () => void;
}

/** What a feed is made of. */
export interface FeedOptions {
  readonly log: EventLog;
  readonly after: number;
  readonly until: number | undefined;
  readonly query: EventQuery;
  readonly signal: AbortSignal | undefined;
  readonly source: FeedSource;
  readonly matches: (event: ColonyEvent) => boolean;
}

type Read = IteratorResult<ColonyEvent, undefined>;

const PAGE = 500;
const DONE: Read = { done: true, value: undefined };

/**
 * Walks through the log at its reader's speed. It is known to the bus and to the signal only while it waits, so a
 * reader that stops reading costs nothing. Leaving (`return`) ends a read that waits; an async generator would first
 * have to see its next event.
 */
export class FeedReader implements AsyncIterator<ColonyEvent, undefined> {
  readonly #options: FeedOptions;
  readonly #until: number;
  /** Everything up to here has been read, handed out or not. */
  #cursor: number;
  #held: readonly ColonyEvent[] = [];
  #nextHeld = 0;
  #ended = false;
  #turn: Promise<Read> | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#cursor = options.after;
    this.#until = options.until ?? Number.POSITIVE_INFINITY;
  }

  next(): Promise<Read> {
    const event = this.#turn === undefined ? this.#takeHeld() : undefined;
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    const turn = this.#turn === undefined ? this.#pull() : this.#turn.then(() => this.#pull());
    this.#turn = turn;
    const over = (): void => {
      if (this.#turn === turn) this.#turn = undefined;
    };
    turn.then(over, over);
    return turn;
  }

  return(): Promise<Read> {
    this.#end();
    this.#stopWaiting?.();
    return Promise.resolve(DONE);
  }

  async #pull(): Promise<Read> {
    for (;;) {
      const event = this.#takeHeld();
      if (event !== undefined) return { done: false, value: event };
      if (this.#ended || this.#cursor >= this.#until) return this.#end();
      const recent = this.#options.source.recent(this.#cursor);
      if (recent === undefined) await this.#readPage();
      else if (recent.length === 0) await this.#told();
      else this.#hold(recent, recent.at(-1)?.seq ?? this.#cursor);
    }
  }

  #takeHeld(): ColonyEvent | undefined {
    const { signal, source, matches } = this.#options;
    if (signal?.aborted === true || source.closed()) this.#end();
    while (this.#nextHeld < this.#held.length) {
      const event = this.#held[this.#nextHeld];
      this.#nextHeld += 1;
      if (event === undefined) continue;
      if (event.seq > this.#until) this.#end();
      else if (matches(event)) return event;
    }
    return undefined;
  }

  #hold(events: readonly ColonyEvent[], cursor: number): void {
    this.#held = events;
    this.#nextHeld = 0;
    this.#cursor = cursor;
  }

  #end(): Read {
    this.#ended = true;
    this.#held = [];
    return DONE;
  }

  async #readPage(): Promise<void> {
    const { log, query } = this.#options;
    const { parentId: _answeredByMatches, ...asked } = query;
    const after = this.#cursor;
    const head = log.head();
    const events = await this.#orLeft<readonly ColonyEvent[]>((resolve, reject) => {
      log.read({ ...asked, after, limit: PAGE }).then(resolve, reject);
      return () => undefined;
    });
    if (events === undefined) return;
    const last = events.at(-1)?.seq ?? after;
    this.#hold(events, events.length < PAGE ? Math.max(last, head) : last);
  }

  async #told(): Promise<void> {
    await this.#orLeft<void>((resolve) => this.#options.source.onTold(resolve));
  }

  /** What is waited for; undefined, and the end, where the reader leaves or the bus closes before. */
  async #orLeft<Value>(
    begin: (resolve: (value: Value) => void, reject: (error: Error) => void) => () => void,
  ): Promise<Value | undefined> {
    const { signal, source } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<Value | undefined>();
    const leave = (): void => {
      this.#end();
      resolve(undefined);
    };
    const stopClosed = source.onClosed(leave);
    signal?.addEventListener("abort", leave);
    this.#stopWaiting = leave;
    const stop = begin(resolve, reject);
    try {
      return await promise;
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      stop();
      stopClosed();
      signal?.removeEventListener("abort", leave);
      this.#stopWaiting = undefined;
    }
  }
}
