import type { Clock } from "@colony/core";
import type { Mortality } from "./mortality.ts";

/** The time as one process has it: its timers go with it. */
export function mortalClock(clock: Clock, mortality: Mortality): Clock {
  const after = (ms: number, callback: () => void): (() => void) => {
    if (!mortality.alive) return () => undefined;
    const cancelTimer = clock.after(ms, () => {
      stayDead();
      callback();
    });
    const stayDead = mortality.onDeath(cancelTimer);
    return () => {
      stayDead();
      cancelTimer();
    };
  };
  return {
    now: () => clock.now(),
    after,
    onHeldUp: (listener) => {
      const leave = clock.onHeldUp?.((ms) => {
        if (mortality.alive) listener(ms);
      });
      const stayDead = mortality.onDeath(() => leave?.());
      return () => {
        stayDead();
        leave?.();
      };
    },
    sleep: async (ms, { signal }) => {
      await mortality.living(clock.sleep(ms, { signal }));
    },
  };
}
