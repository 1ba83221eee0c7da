import type { ColonyEvent, EventLog } from "@colony/core";
import { z } from "zod";
import { GIVEN, requireGiven, requireGivenOptions, type GivenOptions } from "./given.ts";

/** Where the process dies: before its n-th append from now is stored, or when it is stored and nobody was told. */
export interface CrashPlan {
  readonly at: "before" | "after";
  /** Which append, counted from 1. */
  readonly append: number;
}

const PLAN: GivenOptions = {
  at: { fits: z.enum(["before", "after"]), give: '"before" or "after"', required: true },
  append: { ...GIVEN.count, required: true },
};

/** A log whose process can die. */
export interface CrashingLog extends EventLog {
  /** Plans the death; a later plan replaces it. */
  crash(plan: CrashPlan): void;
  /** Resolves when it has died. */
  readonly crashed: Promise<void>;
  /** Appends that were asked for while it lived. */
  appends(): number;
}

/**
 * Wraps a log so that tests can cut it at every append. After the crash every call hangs for ever, listeners hear
 * nothing more and `close` does nothing, as in a dead process; the inner log lives on, with what was stored, and can
 * be wrapped again by the next life. An "after" crash happens when the append is called: those called before it in
 * the same tick are stored as well, and not told either.
 */
export function createCrashingLog(inner: EventLog): CrashingLog {
  requireGiven("what createCrashingLog wraps", inner, "log");
  const listeners = new Set<() => void>();
  const death = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  let plan: CrashPlan | undefined;
  let count = 0;
  let dead = false;
  let lastTold = inner.head();
  const stopHead = inner.onAppended((events) => void (lastTold = events.at(-1)?.seq ?? lastTold));

  const die = (): void => {
    dead = true;
    stopHead();
    for (const stop of listeners) stop();
    listeners.clear();
    death.resolve();
  };
  /** What the living get; the dead wait for ever. */
  const whileAlive = async <T>(promise: Promise<T>): Promise<T> => {
    try {
      const value = await promise;
      return dead ? await never : value;
    } catch (error) {
      if (dead) return await never;
      throw error;
    }
  };

  return {
    colonyId: inner.colonyId,
    crashed: death.promise,
    crash(next) {
      requireGivenOptions("crash", next, PLAN);
      plan = { ...next, append: count + next.append };
    },
    appends: () => count,
    async append(append) {
      if (dead) return await never;
      count += 1;
      const last = plan?.append === count ? plan.at : undefined;
      if (last === "before") {
        die();
        return await never;
      }
      const stored = inner.append(append);
      if (last === "after") die();
      return await whileAlive(stored);
    },
    async read(read) {
      return dead ? await never : await whileAlive(inner.read(read));
    },
    onAppended(listener) {
      if (dead) return () => undefined;
      const stopInner = inner.onAppended((events: readonly ColonyEvent[]) => listener(events));
      const stop = (): void => {
        stopInner();
        listeners.delete(stop);
      };
      listeners.add(stop);
      return stop;
    },
    head: () => (dead ? lastTold : inner.head()),
    async close() {
      if (!dead) await inner.close();
    },
  };
}
