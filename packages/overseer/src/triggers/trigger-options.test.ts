import { describe, expect, it } from "vitest";
import { readTriggerOptions } from "./trigger-options.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const read = (options: unknown) => readTriggerOptions(options, NOW);

describe("a trigger that may be set", () => {
  it.each([
    [
      { cron: " 0  9 * * 1-5 ", zone: "Europe/Berlin", text: "go" },
      { kind: "cron", pattern: "0 9 * * 1-5", zone: "Europe/Berlin" },
    ],
    [
      { everyMs: 1_000, text: "go" },
      { kind: "interval", everyMs: 1_000, anchor: NOW },
    ],
    [
      { everyMs: 900_000, anchor: 5, text: "go" },
      { kind: "interval", everyMs: 900_000, anchor: 5 },
    ],
    [
      { everyMs: 900_000, anchor: "2026-01-01T00:00Z", text: "go" },
      { kind: "interval", everyMs: 900_000, anchor: Date.parse("2026-01-01T00:00Z") },
    ],
    [
      { at: NOW + 1, text: "go" },
      { kind: "once", at: NOW + 1 },
    ],
    [
      { at: "2026-12-24T18:00", zone: "Europe/Berlin", text: "go" },
      { kind: "once", at: Date.parse("2026-12-24T17:00Z") },
    ],
    [
      { at: "2026-12-24 18:00:01.5", zone: "America/New_York", text: "go" },
      { kind: "once", at: Date.parse("2026-12-24T23:00:01.500Z") },
    ],
    [
      { at: "2026-12-24T18:00:00+0530", text: "go" },
      { kind: "once", at: Date.parse("2026-12-24T12:30:00Z") },
    ],
    [
      { at: "2026-12-24", zone: "UTC", text: "go" },
      { kind: "once", at: Date.parse("2026-12-24T00:00Z") },
    ],
    // The clocks of Berlin leave half past two out on that night.
    [
      { at: "2027-03-28T02:30", zone: "Europe/Berlin", text: "go" },
      { kind: "once", at: Date.parse("2027-03-28T01:30Z") },
    ],
    [{ webhook: true }, { kind: "webhook" }],
  ])("%# comes due as %j says", (options, schedule) => {
    expect(read(options).schedule).toEqual(schedule);
  });

  it("is queued, for the overseer, and made up for once where nothing else is said", () => {
    expect(read({ everyMs: 1_000, text: "go" })).toMatchObject({
      id: undefined,
      to: undefined,
      mode: "queue",
      missed: "once",
      replace: false,
      named: { zone: false, anchor: false },
    });
    expect(read({ webhook: { token: "x".repeat(16) } })).toMatchObject({
      text: "{{body}}",
      token: "x".repeat(16),
    });
  });
});

describe("a trigger that may not be set is refused in a sentence of its own", () => {
  it.each<[unknown, string]>([
    [undefined, "a trigger is an object"],
    ["0 9 * * *", "a trigger is an object"],
    [{ text: "go" }, "the trigger does not say when it comes due; give one of cron, everyMs, at and webhook"],
    [{ cron: "0 9 * * *", everyMs: 5_000, text: "go" }, "the trigger has both cron and everyMs"],
    [{ cron: "0 9 * * *", zone: "UTC" }, "the trigger's text is missing; say what its agent is to be told"],
    [{ cron: "0 9 * * *", text: "" }, 'text of the trigger is ""'],
    [{ cron: "0 9 * * *", text: "  " }, 'the trigger\'s text is "  "'],
    [{ cron: "0 9 * * *", text: "x".repeat(500_001) }, "give a text of 1 to 500000 characters"],
    [{ cron: "0 9 * * *", text: "{{body}}" }, "in the trigger's text {{body}} stands for nothing"],
    [{ cron: 9, text: "go" }, "cron of the trigger is 9; give a cron pattern"],
    [
      { cron: "0 9 * *", text: "go" },
      'the cron pattern "0 9 * *" will not do (it has 4 fields); give five fields',
    ],
    [{ cron: "@daily", text: "go" }, "it has one field"],
    [{ cron: "0 0 0 1 1 * 2026", text: "go" }, "it has 7 fields"],
    [{ cron: "61 9 * * *", text: "go" }, "Invalid value for minute: 61"],
    [{ cron: "0 25 * * *", text: "go" }, "Invalid value for hour: 25"],
    [{ cron: "x 9 * * *", text: "go" }, "illegal characters"],
    [{ cron: "*/0 9 * * *", text: "go" }, "illegal stepping"],
    [{ cron: "5-1 9 * * *", text: "go" }, "larger than to value"],
    [{ cron: "0 9 ? * *", text: "go" }, "? stands for the time at which it is read"],
    [{ cron: "0 9 30 2 *", text: "go" }, "no date is like that"],
    [
      { cron: "0 9 * * *", zone: "Mars/Olympus", text: "go" },
      'there is no time zone "Mars/Olympus"; give one by its name',
    ],
    [{ cron: "0 9 * * *", zone: "", text: "go" }, 'there is no time zone ""'],
    [{ cron: "0 9 * * *", zone: "+02:00", text: "go" }, 'there is no time zone "+02:00"'],
    [
      { everyMs: 5_000, zone: "UTC", text: "go" },
      "the trigger has zone, which says nothing beside everyMs; it goes with cron or at",
    ],
    [{ cron: "0 9 * * *", anchor: 5, text: "go" }, "the trigger has anchor, which says nothing beside cron"],
    [{ webhook: true, missed: "all" }, "the trigger has missed, which says nothing beside webhook"],
    [
      { everyMs: 999, text: "go" },
      "everyMs of the trigger is 999; give a whole number of milliseconds, 1000 at least, which is a second, and 3162240000000 at most, a century",
    ],
    [
      { everyMs: 3_599_999_996_400_000, text: "go" },
      "everyMs of the trigger is 3599999996400000; give a whole number of milliseconds, 1000 at least, which is a second, and 3162240000000 at most, a century",
    ],
    [{ everyMs: 1_000.5, text: "go" }, "everyMs of the trigger is 1000.5"],
    [{ everyMs: Number.POSITIVE_INFINITY, text: "go" }, "everyMs of the trigger is Infinity"],
    [{ everyMs: "15m", text: "go" }, 'everyMs of the trigger is "15m"'],
    [
      { everyMs: 5_000, anchor: "noon", text: "go" },
      'anchor of the trigger is "noon"; give a time as ISO 8601 has it',
    ],
    [{ at: NOW, text: "go" }, "the trigger is to come due at 2026-06-01T12:00:00.000Z, which is over"],
    [
      { at: "2026-02-30T10:00", text: "go" },
      'at of the trigger is "2026-02-30T10:00"; give a time as ISO 8601 has it',
    ],
    [{ at: "2026-13-01", text: "go" }, 'at of the trigger is "2026-13-01"'],
    [{ at: "2026-12-24T25:00", text: "go" }, 'at of the trigger is "2026-12-24T25:00"'],
    [{ at: "tomorrow", text: "go" }, 'at of the trigger is "tomorrow"'],
    [{ at: Number.NaN, text: "go" }, "at of the trigger is NaN"],
    [{ at: 1e20, text: "go" }, "at of the trigger is 100000000000000000000"],
    [{ at: NOW + 0.5, text: "go" }, "at of the trigger is"],
    [{ webhook: false, text: "go" }, "webhook of the trigger is false; give true, or { token }"],
    [
      { webhook: { token: "short" } },
      'webhook.token of the trigger is "short"; give a text of 16 to 500 characters',
    ],
    [{ webhook: {} }, "webhook.token of the trigger is missing"],
    [{ id: "a b", everyMs: 5_000, text: "go" }, 'id of the trigger is "a b"; give 1 to 64 letters'],
    [{ id: "x".repeat(65), everyMs: 5_000, text: "go" }, "id of the trigger is"],
    [{ everyMs: 5_000, text: "go", to: 5 }, "to of the trigger is 5"],
    [
      { everyMs: 5_000, text: "go", mode: "now" },
      'mode of the trigger is "now"; give "queue", "steer" or "interrupt"',
    ],
    [
      { everyMs: 5_000, text: "go", missed: "some" },
      'missed of the trigger is "some"; give "skip", "once" or "all"',
    ],
    [{ everyMs: 5_000, text: "go", replace: 1 }, "replace of the trigger is 1"],
    [{ evryMs: 5_000, text: "go" }, "there is no option evryMs of the trigger (did you mean everyMs?)"],
  ])("%#: %j", (options, sentence) => {
    const message: unknown = expect.stringContaining(sentence);
    expect(() => read(options)).toThrow(expect.objectContaining({ code: "trigger.invalid", message }));
  });
});
