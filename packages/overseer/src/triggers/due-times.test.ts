import type { Schedule } from "@colony/core";
import { describe, expect, it } from "vitest";
import { duesUntil, nextDue } from "./due-times.ts";

const at = (text: string): number => Date.parse(text);
const cron = (pattern: string, zone = "UTC"): Schedule => ({ kind: "cron", pattern, zone });

/** The next due times after one another, as ISO 8601 has them, to the minute. */
function nexts(schedule: Schedule, after: string, count: number): readonly string[] {
  const times: string[] = [];
  for (let time = nextDue(schedule, at(after)); time !== null && times.length < count;)
    [, time] = [times.push(new Date(time).toISOString().slice(0, 16)), nextDue(schedule, time)];
  return times;
}

describe("a cron pattern on the clocks of a zone", () => {
  it("comes due by the zone's time of day, summer and winter", () => {
    expect(nexts(cron("0 9 * * 1-5", "Europe/Berlin"), "2026-03-26T12:00Z", 3)).toEqual([
      "2026-03-27T08:00",
      "2026-03-30T07:00",
      "2026-03-31T07:00",
    ]);
  });

  it("comes right after the gap where the clocks leave its time of day out, once", () => {
    expect(nexts(cron("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00Z", 2)).toEqual([
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
    expect(nexts(cron("0 0 * * *", "America/Sao_Paulo"), "2018-11-03T12:00Z", 2)).toEqual([
      "2018-11-04T03:00",
      "2018-11-05T02:00",
    ]);
    expect(nexts(cron("30 2,14 * * *", "Europe/Berlin"), "2026-03-28T20:00Z", 2)).toEqual([
      "2026-03-29T01:00",
      "2026-03-29T12:30",
    ]);
  });

  it("comes once where the clocks show its time of day twice", () => {
    expect(nexts(cron("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00Z", 2)).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it("follows the time that passes where it comes every so often, through a gap and through an hour twice", () => {
    expect(nexts(cron("*/30 * * * *", "Europe/Berlin"), "2026-03-29T00:10Z", 3)).toEqual([
      "2026-03-29T00:30",
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
    expect(nexts(cron("*/30 * * * *", "Europe/Berlin"), "2026-10-24T23:50Z", 6)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T00:30",
      "2026-10-25T01:00",
      "2026-10-25T01:30",
      "2026-10-25T02:00",
      "2026-10-25T02:30",
    ]);
  });

  it("may have seconds, and knows leap years and zones off the hour", () => {
    expect(nextDue(cron("*/20 * * * * *"), at("2026-01-01T00:00:25Z"))).toBe(at("2026-01-01T00:00:40Z"));
    expect(nexts(cron("0 0 29 2 *"), "2026-01-01T00:00Z", 2)).toEqual([
      "2028-02-29T00:00",
      "2032-02-29T00:00",
    ]);
    expect(nexts(cron("0 12 * * *", "Asia/Kathmandu"), "2026-01-01T00:00Z", 1)).toEqual(["2026-01-01T06:15"]);
  });

  it("comes strictly after, never at the same time again", () => {
    const daily = cron("0 9 * * *");
    expect(nextDue(daily, at("2026-01-01T09:00Z"))).toBe(at("2026-01-02T09:00Z"));
    expect(nextDue(daily, at("2026-01-01T09:00Z") - 1)).toBe(at("2026-01-01T09:00Z"));
  });
});

describe("an interval", () => {
  const every = (everyMs: number, anchor: number): Schedule => ({ kind: "interval", everyMs, anchor });

  it.each([
    { everyMs: 1_000, anchor: 500, after: 0, due: 500 },
    { everyMs: 1_000, anchor: 500, after: 500, due: 1_500 },
    { everyMs: 1_000, anchor: 500, after: 1_499, due: 1_500 },
    { everyMs: 1_000, anchor: 500, after: 1_500, due: 2_500 },
    { everyMs: 900_000, anchor: 0, after: 899_999, due: 900_000 },
    { everyMs: 40 * 86_400_000, anchor: 0, after: 1, due: 40 * 86_400_000 },
  ])("of $everyMs ms from $anchor comes after $after at $due", ({ everyMs, anchor, after, due }) => {
    expect(nextDue(every(everyMs, anchor), after)).toBe(due);
  });

  it("is counted without being walked along", () => {
    const year = 365 * 86_400_000;
    const dues = duesUntil(every(1_000, 0), 1_000, year);
    expect(dues).toMatchObject({ count: year / 1_000, more: false, first: 1_000 });
    expect(dues.newest).toHaveLength(101);
    expect(dues.newest.at(-1)).toBe(year);
    expect(dues.newest.at(0)).toBe(year - 100_000);
  });
});

it("a moment comes once, and a webhook never by itself", () => {
  expect(nextDue({ kind: "once", at: 500 }, 499)).toBe(500);
  expect(nextDue({ kind: "once", at: 500 }, 500)).toBeNull();
  expect(nextDue({ kind: "webhook", tokenSha256: "x" }, 0)).toBeNull();
  expect(duesUntil({ kind: "once", at: 500 }, 500, 9_000)).toEqual({
    count: 1,
    more: false,
    first: 500,
    newest: [500],
  });
});

it("due times of a pattern are counted up to five hundred, and the newest are known all the same", () => {
  const minutely = cron("* * * * *", "Europe/Berlin");
  const [first, until] = [at("2026-01-01T00:00Z"), at("2026-12-31T23:59:30Z")];
  const dues = duesUntil(minutely, first, until);
  expect(dues).toMatchObject({ count: 500, more: true, first });
  expect(dues.newest).toHaveLength(101);
  expect(dues.newest.at(-1)).toBe(at("2026-12-31T23:59Z"));
  expect(dues.newest.at(0)).toBe(at("2026-12-31T22:19Z"));
  expect(duesUntil(minutely, first, first + 59_999)).toEqual({
    count: 1,
    more: false,
    first,
    newest: [first],
  });
});
