import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@colony/core";

/** The time of this machine. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: async (ms, { signal }) => {
      await sleep(ms, undefined, { signal });
    },
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}
