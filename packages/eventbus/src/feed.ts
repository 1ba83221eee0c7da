import type { ColonyEvent, EventLog, EventQuery } from "@colony/core";
import { SafeObservable, type SubscriberErrorHandler } from "./safe-observable.ts";

/** What a feed asks of the bus it belongs to. */
interface FeedSource {
  head(): number;
  closed(): boolean;
  recent(after: number): readonly ColonyEvent[] | undefined;
  onTold(wake: () => void): () => void;
}

/** Where a feed begins, and where it ends of itself. */
export interface FeedFrom {
  /** Only events with a greater seq; default 0, the very first. */
  readonly after?: number;
  /** Ends once everything up to this seq has been looked at; default: goes on live. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

interface FeedOptions {
  readonly log: EventLog;
  readonly after: number;
  /** The feed ends once it has looked at everything up to this seq. */
  readonly until: number | undefined;
  readonly query: EventQuery;
  readonly signal: AbortSignal | undefined;
  readonly source: FeedSource;
  readonly matches: (event: ColonyEvent) => boolean;
  readonly onError: SubscriberErrorHandler;
}

const PAGE = 500;

/**
 * A reader's place in the log. It is pulled, so it needs no buffer: history and the present are the same way, read from
 * memory while the reader is close behind and from the log when it is not. Iterate it, or subscribe to it.
 */
export class Feed extends SafeObservable<ColonyEvent> {
  constructor(options: FeedOptions) {
    super({
      iterate: () => read(options, options.signal),
      onError: options.onError,
      subscribe: (next, complete) => {
        const leaving = new AbortController();
        const signal =
          options.signal === undefined ? leaving.signal : AbortSignal.any([options.signal, leaving.signal]);
        const pump = async (): Promise<void> => {
          for await (const event of { [Symbol.asyncIterator]: () => read(options, signal) }) next(event);
          complete();
        };
        pump().catch(options.onError);
        return () => leaving.abort();
      },
    });
  }
}

async function* read(options: FeedOptions, signal: AbortSignal | undefined): AsyncGenerator<ColonyEvent, void> {
  const { source, until = Number.POSITIVE_INFINITY } = options;
  const left = (): boolean => signal?.aborted === true || source.closed();
  let cursor = options.after;
  while (!left() && cursor < until) {
    const recent = source.recent(cursor);
    if (recent === undefined) {
      const { events, examined } = await page(options, cursor);
      for (const event of events) {
        if (left() || event.seq > until) return;
        yield event;
      }
      cursor = examined;
    } else {
      for (const event of recent) {
        if (left() || event.seq > until) return;
        cursor = event.seq;
        if (options.matches(event)) yield event;
      }
      if (recent.length === 0) await told(source, cursor, signal);
    }
  }
}

/** One page from the log, and the seq up to which everything has been looked at. */
async function page(
  { log, query, matches }: FeedOptions,
  after: number,
): Promise<{ readonly events: readonly ColonyEvent[]; readonly examined: number }> {
  const { parentId: _answeredHere, ...asked } = query;
  const head = log.head();
  const events = await log.read({ ...asked, after, limit: PAGE });
  const last = events.at(-1)?.seq ?? after;
  return { events: events.filter(matches), examined: events.length < PAGE ? Math.max(last, head) : last };
}

/** Waits until there is something newer, the bus closes, or the reader leaves. */
async function told(source: FeedSource, cursor: number, signal: AbortSignal | undefined): Promise<void> {
  if (source.head() > cursor || source.closed() || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      leave();
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const leave = source.onTold(wake);
    signal?.addEventListener("abort", wake);
  });
}
