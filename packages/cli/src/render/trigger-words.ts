import type { EventOf, Schedule, TriggerState } from "@colony/core";
import { duration, moment } from "./units.ts";
import { counted } from "./words.ts";

/** When a trigger comes due, in words: `every 15m00s`, `0 9 * * 1-5 (Europe/Berlin)`. */
export function scheduleWords(schedule: Schedule): string {
  switch (schedule.kind) {
    case "cron":
      return `${schedule.pattern} (${schedule.zone})`;
    case "interval":
      return `every ${duration(schedule.everyMs)}`;
    case "once":
      return `once, at ${moment(schedule.at)}`;
    case "webhook":
      return "webhook";
  }
}

/** What has become of a trigger's due times, for people who look on. */
export function triggerWords(
  event: EventOf<"TRIGGER_FIRED"> | EventOf<"TRIGGER_MISSED"> | EventOf<"TRIGGER_FAILED">,
): string {
  switch (event.type) {
    case "TRIGGER_FIRED": {
      const { triggerId, dueAt, late } = event.data;
      return `trigger ${triggerId}, due ${moment(dueAt)}${late === true ? ", made up for" : ""}`;
    }
    case "TRIGGER_MISSED": {
      const { triggerId, count, more } = event.data;
      return `trigger ${triggerId}: ${more === true ? "more than " : ""}${counted(count, "due time")} missed`;
    }
    case "TRIGGER_FAILED":
      return `trigger ${event.data.triggerId} could not fire, and waits: ${event.data.message}`;
  }
}

/** What comes of a trigger next, in words. */
export function nextWords({ nextAt, failed }: Pick<TriggerState, "nextAt" | "failed">): string {
  if (failed !== null) return "failed";
  return nextAt === null ? "when it is fired" : moment(nextAt);
}
