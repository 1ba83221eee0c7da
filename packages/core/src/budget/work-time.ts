import type { EventData } from "../events/catalogue.ts";

/** How long anybody of a scope has been at work. Side by side counts once, and only while a host lived. */
export interface WorkTime {
  /** The stretches that are over. Milliseconds. */
  readonly pastMs: number;
  /** When the present one began, in epoch milliseconds; null while nobody is at work. */
  readonly since: number | null;
  /** How many are at work. */
  readonly atWork: number;
  /** Until when their host was held up the last time, which each of them tells; that time is counted for nobody. */
  readonly heldUpUntil?: number | undefined;
}

/** Nobody has been at work. */
export const NO_WORK: WorkTime = { pastMs: 0, since: null, atWork: 0 };

/** One more is at work. */
export function begun(time: WorkTime, at: number): WorkTime {
  return { ...time, since: time.since ?? at, atWork: time.atWork + 1 };
}

/** Their host was held up, or its clock was set back. */
export function heldUp(time: WorkTime, { ms, until }: EventData<"EXECUTION_HELD_UP">): WorkTime {
  if (time.since === null || time.heldUpUntil === until) return time;
  return { ...time, since: time.since + ms, heldUpUntil: until };
}

/** One is at work no more; with the last one the stretch is over. */
export function ceased(time: WorkTime, at: number): WorkTime {
  return time.atWork > 1 ? { ...time, atWork: time.atWork - 1 } : { ...NO_WORK, pastMs: workedMs(time, at) };
}

/** All of it together, up to now. */
export function workedMs({ pastMs, since }: WorkTime, now: number): number {
  return since === null ? pastMs : pastMs + Math.max(0, now - since);
}
