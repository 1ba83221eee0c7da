import { FeedReader, type FeedOptions } from "./feed-reader.ts";
import type { ColonyEvent } from "@colony/core";
import { SafeObservable, type SubscriberErrorHandler, type Told } from "./safe-observable.ts";

/** Where a feed begins, and where it ends of itself. */
export interface FeedFrom {
  /** Only events with a greater seq; default 0, the very first. */
  readonly after?: number;
  /** Ends once everything up to this seq has been looked at; default: goes on live. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/**
 * A reader's place in the log. It is pulled, so it needs no buffer: history and the present are the same way, read from
 * memory while the reader is close behind and from the log when it is not. Iterate it, or subscribe to it.
 */
export class Feed extends SafeObservable<ColonyEvent> {
  constructor(options: FeedOptions & { readonly onError: SubscriberErrorHandler }) {
    super({
      iterate: () => new FeedReader(options),
      onError: options.onError,
      subscribe: (subscriber) => {
        const reader = new FeedReader(options);
        pump(reader, subscriber).catch((error: unknown) => subscriber.error(error));
        return () => void reader.return();
      },
    });
  }
}

async function pump(reader: FeedReader, subscriber: Told<ColonyEvent>): Promise<void> {
  for (let result = await reader.next(); result.done !== true; result = await reader.next())
    subscriber.next(result.value);
  subscriber.complete();
}
