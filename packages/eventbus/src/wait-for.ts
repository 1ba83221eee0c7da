import { ColonyError, type Clock, type ColonyEvent, type EventQuery } from "@colony/core";
import type { Feed, FeedFrom } from "./feed.ts";
import type { Listener } from "./subscribers.ts";

/** How long to wait, and from where. */
export interface WaitOptions {
  /** 0 looks and returns at once; absent waits without end. Milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Also take what has happened already, after this seq. */
  readonly after?: number;
}

interface WaitSource {
  readonly clock: Clock;
  listen(listener: Listener): () => void;
  feed(from: FeedFrom): Feed;
  head(): number;
}

/** The first match. With `after` it is found by reading on from there, otherwise by listening. */
export async function waitFor(
  query: EventQuery,
  { timeoutMs, signal, after }: WaitOptions,
  source: WaitSource,
): Promise<ColonyEvent | undefined> {
  if (signal?.aborted === true) throw aborted(query);
  if (timeoutMs !== undefined && timeoutMs <= 0)
    return after === undefined ? undefined : await firstOf(source.feed({ after, until: source.head() }));
  return await new Promise<ColonyEvent | undefined>((resolve, reject) => {
    const leaving = new AbortController();
    const finish = (settle: () => void): void => {
      if (leaving.signal.aborted) return;
      leaving.abort();
      cancelTimer?.();
      stopListening?.();
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = (): void => finish(() => reject(aborted(query)));
    const cancelTimer =
      timeoutMs === undefined ? undefined : source.clock.after(timeoutMs, () => finish(() => resolve(undefined)));
    const stopListening =
      after === undefined ? source.listen((event) => finish(() => resolve(event))) : undefined;
    signal?.addEventListener("abort", onAbort);
    if (after !== undefined)
      firstOf(source.feed({ after, signal: leaving.signal })).then(
        (event) => finish(() => resolve(event)),
        (error: unknown) => finish(() => reject(error as Error)),
      );
  });
}

async function firstOf(feed: Feed): Promise<ColonyEvent | undefined> {
  for await (const event of feed) return event;
  return undefined;
}

function aborted(query: EventQuery): ColonyError {
  return new ColonyError("wait.aborted", `waiting for ${JSON.stringify(query)} was called off`);
}
