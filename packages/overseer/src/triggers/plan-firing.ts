import { dueInputIdOf, type FiredInput, type TriggerOutcome, type TriggerState } from "@colony/core";
import { MOST_MADE_UP, duesUntil, nextDue, type Dues } from "./due-times.ts";

/** What is done about a trigger whose time has come: one due time at most is fired for, and what lies before it is missed. */
export interface FiringPlan {
  readonly missed: (TriggerOutcome & { readonly type: "TRIGGER_MISSED" }) | undefined;
  readonly fire:
    | { readonly dueAt: number; readonly late: boolean; readonly nextAt: number | null }
    | undefined;
}

/** The present, as far as triggers care. */
export interface Moment {
  readonly now: number;
  /** Since when this host has been there without a break: what came due before was missed. */
  readonly since: number;
}

/**
 * Decides about the due times of a trigger up to now. Each is fired for or counted as missed, once: those at which nobody was
 * there by its policy, and of several at which this host was late the newest.
 */
export function planFiring(trigger: TriggerState, { now, since }: Moment): FiringPlan | undefined {
  const { nextAt, schedule, missed: policy } = trigger;
  if (nextAt === null || nextAt > now) return undefined;
  const dues = duesUntil(schedule, nextAt, now);
  const last = dues.newest.at(-1) ?? nextAt;
  const late = last < since;
  if (policy === "all") {
    const before = Math.max(0, dues.count - MOST_MADE_UP);
    const dueAt = dues.newest.at(-Math.min(dues.count, MOST_MADE_UP)) ?? nextAt;
    return planOf(trigger, dues, { before, dueAt, isLate: dueAt < since });
  }
  if (policy === "skip" && late)
    return {
      missed: missedOf(trigger, dues, { count: dues.count, lastAt: last, nextAt: nextDue(schedule, last) }),
      fire: undefined,
    };
  return planOf(trigger, dues, { before: dues.count - 1, dueAt: last, isLate: late });
}

function planOf(
  trigger: TriggerState,
  dues: Dues,
  { before, dueAt, isLate }: { readonly before: number; readonly dueAt: number; readonly isLate: boolean },
): FiringPlan {
  const place = dues.newest.indexOf(dueAt);
  const lastAt = dues.newest[place - 1] ?? dues.first;
  return {
    missed: before === 0 ? undefined : missedOf(trigger, dues, { count: before, lastAt, nextAt: dueAt }),
    fire: { dueAt, late: isLate, nextAt: nextDue(trigger.schedule, dueAt) },
  };
}

function missedOf(
  { id }: TriggerState,
  { more, first }: Dues,
  rest: { readonly count: number; readonly lastAt: number; readonly nextAt: number | null },
): TriggerOutcome & { readonly type: "TRIGGER_MISSED" } {
  const { count, lastAt, nextAt } = rest;
  return {
    type: "TRIGGER_MISSED",
    triggerId: id,
    count,
    ...(more ? { more } : {}),
    firstAt: first,
    lastAt,
    nextAt,
  };
}

/**
 * What has to be recorded of a trigger whose newest input its agent has and it does not know of, because a host was killed in
 * between; nothing where they agree.
 */
export function unrecorded(trigger: TriggerState, fired: FiredInput | undefined): readonly TriggerOutcome[] {
  const { id, agentId, version, last, nextAt, schedule } = trigger;
  if (fired === undefined || fired.version !== version || fired.inputId === last?.inputId) return [];
  const { inputId, dueAt, late } = fired;
  const record = { type: "TRIGGER_FIRED", triggerId: id, agentId, inputId, dueAt } as const;
  const isDue = nextAt !== null && dueAt >= nextAt && inputId === dueInputIdOf(id, version, dueAt);
  if (!isDue) return [record];
  const told: TriggerOutcome = {
    ...record,
    ...(late === true ? { late } : {}),
    nextAt: nextDue(schedule, dueAt),
  };
  if (dueAt === nextAt) return [told];
  const before = duesUntil(schedule, nextAt, dueAt - 1);
  const lastAt = before.newest.at(-1) ?? nextAt;
  return [missedOf(trigger, before, { count: before.count, lastAt, nextAt: dueAt }), told];
}
