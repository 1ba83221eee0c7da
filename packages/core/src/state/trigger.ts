import type { Failure } from "../events/execution.ts";
import type { InputMode } from "../events/inbox.ts";
import type { MissedPolicy, Schedule } from "../events/trigger.ts";
import type { AgentId, InputId, TriggerId } from "../ids.ts";
import type { Fact } from "./fact.ts";

/** A trigger as its events have it. */
export interface TriggerState {
  readonly id: TriggerId;
  readonly schedule: Schedule;
  readonly agentId: AgentId;
  readonly text: string;
  readonly mode: InputMode;
  readonly missed: MissedPolicy;
  /** Version of the colony's stream at which it was set: tells it from earlier ones of the same id. */
  readonly version: number;
  readonly setAt: number;
  /** Epoch ms; null: by itself never (again). */
  readonly nextAt: number | null;
  /** How often it has fired. */
  readonly fired: number;
  /** Due times that it did not fire for; more than that where they were too many to be counted. */
  readonly missedCount: number;
  readonly last: { readonly inputId: InputId; readonly dueAt: number; readonly at: number } | null;
  /** Why its agent got nothing the last time. */
  readonly failed: (Failure & { readonly at: number }) | null;
}

/** Triggers by id. */
export type Triggers = { readonly [id: string]: TriggerState };

type TriggerFact = Extract<Fact, { readonly type: `TRIGGER_${string}` }>;

const NONE: Triggers = {};

/** Triggers after something has happened to one. One that is to fire once is gone when its time is over. */
export function evolveTriggers(triggers: Triggers | undefined, fact: TriggerFact): Triggers {
  const before = triggers ?? NONE;
  if (fact.type === "TRIGGER_SET") return { ...before, [fact.data.triggerId]: newTrigger(fact) };
  const trigger = Object.hasOwn(before, fact.data.triggerId) ? before[fact.data.triggerId] : undefined;
  const after = trigger === undefined ? undefined : changed(trigger, fact);
  if (after !== undefined) return { ...before, [after.id]: after };
  const { [fact.data.triggerId]: _gone, ...others } = before;
  return others;
}

function newTrigger({ data, version, at }: Extract<Fact, { readonly type: "TRIGGER_SET" }>): TriggerState {
  const { triggerId: id, schedule, agentId, text, mode, missed, nextAt } = data;
  const fresh = { fired: 0, missedCount: 0, last: null, failed: null };
  return { id, schedule, agentId, text, mode, missed, version, setAt: at, nextAt, ...fresh };
}

function changed(
  trigger: TriggerState,
  fact: Exclude<TriggerFact, { readonly type: "TRIGGER_SET" }>,
): TriggerState | undefined {
  switch (fact.type) {
    case "TRIGGER_FIRED": {
      const { inputId, dueAt, nextAt } = fact.data;
      const last = { inputId, dueAt, at: fact.at };
      return moved({ ...trigger, fired: trigger.fired + 1, last, failed: null }, nextAt);
    }
    case "TRIGGER_MISSED":
      return moved({ ...trigger, missedCount: trigger.missedCount + fact.data.count }, fact.data.nextAt);
    case "TRIGGER_FAILED": {
      const { code, message } = fact.data;
      return { ...trigger, failed: { code, message, at: fact.at } };
    }
    case "TRIGGER_REMOVED":
      return undefined;
  }
}

function moved(trigger: TriggerState, nextAt: number | null | undefined): TriggerState | undefined {
  if (nextAt === undefined) return trigger;
  return nextAt === null && trigger.schedule.kind === "once" ? undefined : { ...trigger, nextAt };
}
