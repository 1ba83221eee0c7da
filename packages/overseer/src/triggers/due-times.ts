import type { Schedule } from "@colony/core";
import { newestOfCron, nextOfCron } from "../adapters/calendar.ts";

/** Most due times of one trigger that are made up for. */
export const MOST_MADE_UP = 100;

/** Due times are counted so far; where there are more, that is said. Finding one takes some 60 us. */
const MOST_COUNTED = 500;

/** When a schedule comes due next after a time; null: by itself never (again). Epoch ms. */
export function nextDue(schedule: Schedule, after: number): number | null {
  switch (schedule.kind) {
    case "cron":
      return nextOfCron(schedule, after);
    case "interval": {
      const { anchor, everyMs } = schedule;
      return after < anchor ? anchor : anchor + (Math.floor((after - anchor) / everyMs) + 1) * everyMs;
    }
    case "once":
      return schedule.at > after ? schedule.at : null;
    case "webhook":
      return null;
  }
}

/** Due times that have come. */
export interface Dues {
  /** At least one. */
  readonly count: number;
  /** There were more; they were not counted. */
  readonly more: boolean;
  readonly first: number;
  /** The newest of them, oldest first, one more than can be made up for. */
  readonly newest: readonly number[];
}

/** The due times of a schedule from one that has come up to a time. */
export function duesUntil(schedule: Schedule, first: number, until: number): Dues {
  if (schedule.kind === "interval") {
    const { everyMs } = schedule;
    const count = Math.floor((until - first) / everyMs) + 1;
    const last = first + (count - 1) * everyMs;
    const kept = Math.min(count, MOST_MADE_UP + 1);
    const newest = Array.from({ length: kept }, (_, index) => last - (kept - 1 - index) * everyMs);
    return { count, more: false, first, newest };
  }
  const dues = [first];
  for (let due = nextDue(schedule, first); due !== null && due <= until; due = nextDue(schedule, due)) {
    if (dues.length === MOST_COUNTED && schedule.kind === "cron") {
      const newest = newestOfCron(schedule, until, MOST_MADE_UP + 1);
      return { count: MOST_COUNTED, more: true, first, newest };
    }
    dues.push(due);
  }
  return { count: dues.length, more: false, first, newest: dues.slice(-(MOST_MADE_UP + 1)) };
}
