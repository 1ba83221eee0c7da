import { ColonyError, checkTimeoutMs, type Clock, type ColonyEvent, type EventQuery } from "@colony/core";
import type { Feed, FeedFrom } from "./feed.ts";
import type { Listener } from "./subscribers.ts";

/** How long to wait, and from where. */
export interface WaitOptions {
  /** 0 looks and returns at once; absent or infinite waits without end. Milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Also take what has happened already, after this seq. */
  readonly after?: number;
}

interface WaitSource {
  readonly clock: Clock;
  /** Calls `ended` at once where the bus is closed, and when it closes. */
  listen(listener: Listener, ended: () => void): () => void;
  feed(from: FeedFrom): Feed;
  head(): number;
}

/** The first match. With `after` it is found by reading on from there, otherwise by listening. Throws `usage.invalid`. */
export async function waitFor(
  query: EventQuery,
  options: WaitOptions,
  source: WaitSource,
): Promise<ColonyEvent | undefined> {
  const { timeoutMs, signal, after } = options;
  checkTimeoutMs(timeoutMs);
  if (signal?.aborted === true) throw aborted(query);
  if (timeoutMs === undefined || timeoutMs > 0) return await firstFrom(query, options, source);
  if (after === undefined) return undefined;
  const until = source.head();
  const found = await firstOf(source.feed({ after, until, ...(signal === undefined ? {} : { signal }) }));
  if (found === undefined && wasAborted(signal)) throw aborted(query);
  return found;
}

function firstFrom(
  query: EventQuery,
  { timeoutMs, signal, after }: WaitOptions,
  source: WaitSource,
): Promise<ColonyEvent | undefined> {
  return new Promise<ColonyEvent | undefined>((resolve, reject) => {
    const leaving = new AbortController();
    const leave: (() => void)[] = [];
    const finish = (settle: () => void): void => {
      if (leaving.signal.aborted) return;
      leaving.abort();
      for (const each of leave) each();
      settle();
    };
    /** Whoever is asked may answer at once; then what it gave us to leave with is used right here. */
    const leaveWith = (way: () => void): void => {
      if (leaving.signal.aborted) way();
      else leave.push(way);
    };
    const onAbort = (): void => finish(() => reject(aborted(query)));
    const found = (event: ColonyEvent | undefined): void => finish(() => resolve(event));
    signal?.addEventListener("abort", onAbort);
    leaveWith(() => signal?.removeEventListener("abort", onAbort));
    if (timeoutMs !== undefined && timeoutMs < Number.POSITIVE_INFINITY)
      leaveWith(source.clock.after(timeoutMs, () => found(undefined)));
    if (after === undefined) leaveWith(source.listen(found, () => found(undefined)));
    else
      firstOf(source.feed({ after, signal: leaving.signal })).then(found, (error: unknown) =>
        finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
      );
  });
}

async function firstOf(feed: Feed): Promise<ColonyEvent | undefined> {
  for await (const event of feed) return event;
  return undefined;
}

function wasAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function aborted(query: EventQuery): ColonyError {
  return new ColonyError("wait.aborted", `waiting for ${JSON.stringify(query)} was called off`);
}
