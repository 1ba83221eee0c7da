import type { EventLog } from "@colony/core";
import { requireGiven } from "./given.ts";

/**
 * Wraps a log whose appends are stored at once so that each takes its time, as on a disk: one after the other in the
 * order in which they were asked for, each only when `passes` has resolved. Much happens meanwhile that a log in memory
 * leaves no time for.
 */
export function createSlowLog(inner: EventLog, passes: () => Promise<void>): EventLog {
  requireGiven("what createSlowLog wraps", inner, "log");
  requireGiven("what createSlowLog waits for", passes, "fn");
  let last: Promise<unknown> = Promise.resolve();
  return {
    colonyId: inner.colonyId,
    append: (append) => {
      const before = last;
      const stored = (async () => {
        await before;
        await passes();
        return await inner.append(append);
      })();
      last = stored.catch(() => undefined);
      return stored;
    },
    read: (query) => inner.read(query),
    onAppended: (listener) => inner.onAppended(listener),
    head: () => inner.head(),
    close: () => inner.close(),
  };
}
