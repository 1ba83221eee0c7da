import { ColonyError, type EventLog } from "@colony/core";
import { createMemoryLog } from "@colony/eventbus";

/** A log in memory whose disk can be full for a while. */
export interface FailingLog extends EventLog {
  /** The next so many appends fail. */
  failNext(appends: number): void;
  /** Appends that have failed. */
  failures(): number;
}

/** Makes a log that stores whatever it is given until it is told to fail. */
export function createFailingLog(): FailingLog {
  const inner = createMemoryLog();
  let left = 0;
  let failures = 0;
  return {
    ...inner,
    failNext: (appends) => void (left = appends),
    failures: () => failures,
    async append(append) {
      if (left === 0) return await inner.append(append);
      left -= 1;
      failures += 1;
      await Promise.resolve();
      throw new ColonyError("log.write_failed", "the disk is full; free some space and try again");
    },
  };
}
