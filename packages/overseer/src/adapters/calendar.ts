import { Cron } from "croner";

// What the world knows of dates and time zones: `croner`, and the time zone database that the engine carries.

/** A cron pattern on the clocks of a time zone. */
export interface CronRule {
  readonly pattern: string;
  readonly zone: string;
}

const made = new WeakMap<CronRule, Cron>();

/**
 * A rule's times. A time of day that the clocks leave out (they are put forward) comes right after the gap, and one that they
 * show twice comes once, where hours and minutes are named; what comes every so often follows the time that really passes.
 */
function timesOf(rule: CronRule): Cron {
  const known = made.get(rule);
  if (known !== undefined) return known;
  const { pattern, zone } = rule;
  const times = new Cron(pattern, {
    paused: true,
    timezone: zone,
    mode: "5-or-6-parts",
    fixedTimeRule: "no-wildcard",
  });
  made.set(rule, times);
  return times;
}

/** When a rule comes due next after a time; null: never. Epoch ms. */
export function nextOfCron(rule: CronRule, after: number): number | null {
  return timesOf(rule).nextRun(new Date(after))?.getTime() ?? null;
}

/** The newest times at which a rule has come due up to a time and at it, oldest first. Epoch ms. */
export function newestOfCron(rule: CronRule, until: number, count: number): readonly number[] {
  return timesOf(rule)
    .previousRuns(count, new Date(until + 1))
    .map((time) => time.getTime())
    .toReversed();
}

/** Why there can be no such pattern, in words; undefined where there can. */
export function patternProblem(pattern: string): string | undefined {
  const fields = pattern.trim().split(/\s+/u).length;
  if (fields !== 5 && fields !== 6) return `it has ${fields === 1 ? "one field" : `${fields} fields`}`;
  if (pattern.includes("?"))
    return "? stands for the time at which it is read, so it would not stay the same";
  try {
    const rule = { pattern, zone: "UTC" };
    // A leap day comes within eight years, whenever it is looked for.
    return nextOfCron(rule, 0) === null ? "no date is like that" : undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return words.replace(/^CronPattern: /u, "").replace(/\.$/u, "");
  }
}

/** Whether the engine knows a time zone of that name. */
export function isZone(zone: string): boolean {
  if (zone === "" || !/^[A-Za-z]/u.test(zone)) return false;
  try {
    Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The time zone of this machine. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A moment as ISO 8601 has it, in UTC. */
export function isoText(at: number): string {
  return new Date(at).toISOString();
}

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(Z|[+-]\d\d:?\d\d)?$/u;

/**
 * The moment that a text names: `2026-12-24`, `2026-12-24T18:00`, `2026-12-24T18:00:00Z`, `...+01:00`. Without an offset it is
 * on the clocks of the zone. Undefined where there is no such moment. Epoch ms.
 */
export function momentOf(text: string, zone: string): number | undefined {
  const [
    whole,
    year = "",
    month = "",
    day = "",
    hour = "00",
    minute = "00",
    second = "00",
    part = "0",
    offset,
  ] = WRITTEN.exec(text.trim()) ?? [];
  if (whole === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const date = `${year}-${month}-${day}`;
  const utc = Date.parse(`${date}T00:00:00Z`);
  // A day that there is not, such as the 30th of February, is another one then.
  if (Number.isNaN(utc) || !isoText(utc).startsWith(date)) return undefined;
  const clock = `${date}T${hour}:${minute}:${second}`;
  const ms = Number(part.padEnd(3, "0"));
  if (offset !== undefined) return Date.parse(`${clock}${offset.replace(/(\d\d)(\d\d)$/u, "$1:$2")}`) + ms;
  const at = new Cron(clock, { paused: true, timezone: zone }).nextRun(new Date(utc - TWO_DAYS_MS));
  return at === null ? undefined : at.getTime() + ms;
}

const TWO_DAYS_MS = 2 * 86_400_000;
