import { ColonyError, type EventLog } from "@colony/core";
import { createMemoryLog } from "@colony/eventbus";

/** A log in memory whose disk can be full, or slow, for a while. */
export interface FailingLog extends EventLog {
  /** The next so many appends fail. */
  failNext(appends: number): void;
  /** The next append waits for this before it is stored. */
  holdNext(until: Promise<void>): void;
  /** Appends that have failed. */
  failures(): number;
}

/** Makes a log that stores whatever it is given until it is told to fail. */
export function createFailingLog(): FailingLog {
  const inner = createMemoryLog();
  let left = 0;
  let failures = 0;
  let held: Promise<void> | undefined;
  return {
    ...inner,
    failNext: (appends) => void (left = appends),
    holdNext: (until) => void (held = until),
    failures: () => failures,
    async append(append) {
      const until = held;
      held = undefined;
      await until;
      if (left === 0) return await inner.append(append);
      left -= 1;
      failures += 1;
      await Promise.resolve();
      throw new ColonyError("log.write_failed", "the disk is full; free some space and try again");
    },
  };
}
