import { agentId, dueInputIdOf, inputId, triggerId, type Schedule, type TriggerState } from "@colony/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDue } from "./due-times.ts";
import { planFiring, unrecorded } from "./plan-firing.ts";

const SECOND: Schedule = { kind: "interval", everyMs: 1_000, anchor: 0 };

function trigger(more: Partial<TriggerState> = {}): TriggerState {
  return {
    id: triggerId("t"),
    schedule: SECOND,
    agentId: agentId("overseer"),
    text: "go",
    mode: "queue",
    missed: "once",
    version: 3,
    setAt: 0,
    nextAt: 1_000,
    fired: 0,
    missedCount: 0,
    last: null,
    failed: null,
    ...more,
  };
}

describe("a due time at which the host was there", () => {
  it("is fired for, and the next one follows from the schedule, however late it is", () => {
    expect(planFiring(trigger(), { now: 1_900, since: 0 })).toEqual({
      missed: undefined,
      fire: { dueAt: 1_000, late: false, nextAt: 2_000 },
    });
  });

  it("has not come before its time", () => {
    expect(planFiring(trigger(), { now: 999, since: 0 })).toBeUndefined();
    expect(planFiring(trigger({ nextAt: null }), { now: 999, since: 0 })).toBeUndefined();
  });

  it("is the newest of several that a busy host comes to late; the others are missed, unless all are wanted", () => {
    const moment = { now: 3_500, since: 0 };
    for (const missed of ["skip", "once"] as const)
      expect(planFiring(trigger({ missed }), moment)).toEqual({
        missed: {
          type: "TRIGGER_MISSED",
          triggerId: "t",
          count: 2,
          firstAt: 1_000,
          lastAt: 2_000,
          nextAt: 3_000,
        },
        fire: { dueAt: 3_000, late: false, nextAt: 4_000 },
      });
    expect(planFiring(trigger({ missed: "all" }), moment)).toEqual({
      missed: undefined,
      fire: { dueAt: 1_000, late: false, nextAt: 2_000 },
    });
  });
});

describe("due times at which nobody was there", () => {
  const moment = { now: 5_500, since: 5_400 };

  it("are skipped", () => {
    expect(planFiring(trigger({ missed: "skip" }), moment)).toEqual({
      missed: {
        type: "TRIGGER_MISSED",
        triggerId: "t",
        count: 5,
        firstAt: 1_000,
        lastAt: 5_000,
        nextAt: 6_000,
      },
      fire: undefined,
    });
  });

  it("are made up for once", () => {
    expect(planFiring(trigger(), moment)).toEqual({
      missed: {
        type: "TRIGGER_MISSED",
        triggerId: "t",
        count: 4,
        firstAt: 1_000,
        lastAt: 4_000,
        nextAt: 5_000,
      },
      fire: { dueAt: 5_000, late: true, nextAt: 6_000 },
    });
  });

  it("are made up for one after the other, of the newest hundred", () => {
    expect(planFiring(trigger({ missed: "all" }), moment)?.fire).toEqual({
      dueAt: 1_000,
      late: true,
      nextAt: 2_000,
    });
    expect(planFiring(trigger({ missed: "all" }), { now: 150_000, since: 150_000 })).toEqual({
      missed: {
        type: "TRIGGER_MISSED",
        triggerId: "t",
        count: 50,
        firstAt: 1_000,
        lastAt: 50_000,
        nextAt: 51_000,
      },
      fire: { dueAt: 51_000, late: true, nextAt: 52_000 },
    });
  });

  it("of a moment that came once are its end, skipped or made up for", () => {
    const once = { schedule: { kind: "once", at: 1_000 }, nextAt: 1_000 } as const;
    expect(planFiring(trigger({ ...once, missed: "skip" }), moment)?.missed).toMatchObject({
      count: 1,
      nextAt: null,
    });
    expect(planFiring(trigger(once), moment)?.fire).toEqual({ dueAt: 1_000, late: true, nextAt: null });
  });

  it("that are too many to be counted are said to be more", () => {
    const schedule: Schedule = { kind: "cron", pattern: "* * * * * *", zone: "UTC" };
    const month = 30 * 86_400_000;
    expect(planFiring(trigger({ schedule }), { now: month, since: month + 1 })).toEqual({
      missed: {
        type: "TRIGGER_MISSED",
        triggerId: "t",
        count: 499,
        more: true,
        firstAt: 1_000,
        lastAt: month - 1_000,
        nextAt: month,
      },
      fire: { dueAt: month, late: true, nextAt: month + 1_000 },
    });
  });
});

it("each due time is fired for or missed exactly once, whenever the host comes to look", () => {
  const looks = fc.array(fc.record({ wait: fc.nat(200_000), away: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  });
  const policies = fc.constantFrom("skip" as const, "once" as const, "all" as const);
  const schedules = fc.constantFrom<Schedule>(
    SECOND,
    { kind: "interval", everyMs: 7_300, anchor: -400 },
    { kind: "cron", pattern: "*/5 * * * * *", zone: "Europe/Berlin" },
  );
  fc.assert(
    fc.property(schedules, policies, looks, (schedule, missed, visits) => {
      const first = trigger({ schedule, missed, nextAt: nextDue(schedule, 0) });
      const { fired, passed, problems, now } = visited(first, visits);
      expect(problems).toEqual([]);
      let dues = 0;
      for (let due = nextDue(schedule, 0); due !== null && due <= now; due = nextDue(schedule, due))
        dues += 1;
      expect(fired + passed).toBe(dues);
    }),
    { numRuns: 60 },
  );
});

/** A host that looks at a trigger now and then, and is away in between or not: what it comes to in all. */
function visited(first: TriggerState, visits: readonly { readonly wait: number; readonly away: boolean }[]) {
  const problems: string[] = [];
  let { nextAt } = first;
  let [now, since, fired, passed] = [0, 0, 0, 0];
  for (const { wait, away } of visits) {
    now += wait;
    if (away) since = now;
    for (;;) {
      const plan = planFiring({ ...first, nextAt }, { now, since });
      if (plan === undefined) break;
      const { missed, fire } = plan;
      // Nothing that was fired for is counted, and the other way round.
      if (missed !== undefined && missed.firstAt !== nextAt) problems.push(`missed from ${missed.firstAt}`);
      if (fire !== undefined && fire.dueAt !== (missed?.nextAt ?? nextAt))
        problems.push(`fired for ${fire.dueAt}`);
      if (fire !== undefined && fire.late !== fire.dueAt < since) problems.push(`late ${fire.dueAt}`);
      if (fire?.late === true && first.missed === "skip") problems.push(`not skipped ${fire.dueAt}`);
      passed += missed?.count ?? 0;
      fired += fire === undefined ? 0 : 1;
      nextAt = fire === undefined ? (missed?.nextAt ?? null) : fire.nextAt;
    }
  }
  return { fired, passed, problems, now };
}

describe("what a host that was killed has sent and not recorded", () => {
  const at = (dueAt: number) => ({
    id: triggerId("t"),
    version: 3,
    dueAt,
    inputId: dueInputIdOf(triggerId("t"), 3, dueAt),
  });

  it("is recorded with what it had passed over", () => {
    expect(unrecorded(trigger(), at(1_000))).toEqual([
      {
        type: "TRIGGER_FIRED",
        triggerId: "t",
        agentId: "overseer",
        inputId: "t.3.1000",
        dueAt: 1_000,
        nextAt: 2_000,
      },
    ]);
    expect(unrecorded(trigger(), { ...at(3_000), late: true })).toEqual([
      { type: "TRIGGER_MISSED", triggerId: "t", count: 2, firstAt: 1_000, lastAt: 2_000, nextAt: 3_000 },
      {
        type: "TRIGGER_FIRED",
        triggerId: "t",
        agentId: "overseer",
        inputId: "t.3.3000",
        dueAt: 3_000,
        late: true,
        nextAt: 4_000,
      },
    ]);
  });

  it("leaves the schedule as it is where somebody had fired it", () => {
    const fired = { ...at(700), inputId: inputId("i-1") };
    expect(unrecorded(trigger(), fired)).toEqual([
      { type: "TRIGGER_FIRED", triggerId: "t", agentId: "overseer", inputId: "i-1", dueAt: 700 },
    ]);
    // Also where due times had come that nobody had been there for yet.
    expect(unrecorded(trigger(), { ...fired, dueAt: 3_500 })).toEqual([
      { type: "TRIGGER_FIRED", triggerId: "t", agentId: "overseer", inputId: "i-1", dueAt: 3_500 },
    ]);
  });

  it("is nothing where it is recorded, where there was nothing, and where it was another trigger of that id", () => {
    const last = { inputId: at(1_000).inputId, dueAt: 1_000, at: 1_000 };
    expect(unrecorded(trigger({ last, nextAt: 2_000 }), at(1_000))).toEqual([]);
    expect(unrecorded(trigger(), undefined)).toEqual([]);
    expect(unrecorded(trigger({ version: 9 }), at(1_000))).toEqual([]);
  });
});
