import type { Clock } from "@colony/core";
import type { Life } from "./life.ts";

/** The time as one process has it: its timers go with it. */
export function mortalClock(clock: Clock, life: Life): Clock {
  const after = (ms: number, callback: () => void): (() => void) => {
    if (!life.alive) return () => undefined;
    const cancelTimer = clock.after(ms, () => {
      stayDead();
      callback();
    });
    const stayDead = life.onDeath(cancelTimer);
    return () => {
      stayDead();
      cancelTimer();
    };
  };
  return {
    now: () => clock.now(),
    after,
    sleep: async (ms, { signal }) => {
      await life.living(clock.sleep(ms, { signal }));
    },
  };
}
