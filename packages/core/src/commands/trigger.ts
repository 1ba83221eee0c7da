import type { EventData } from "../events/catalogue.ts";
import type { NewEvent } from "../events/envelope.ts";
import { canonicalJson } from "../json.ts";
import type { ColonyState } from "../state/colony.ts";
import type { TriggerState } from "../state/trigger.ts";
import type { Refusal } from "../errors/colony-error.ts";
import { shownValue } from "../settings/shown-value.ts";
import { refuse, type Decision } from "./decision.ts";

/** What has come of a trigger's due times. */
export type TriggerOutcome =
  | ({ readonly type: "TRIGGER_FIRED" } & EventData<"TRIGGER_FIRED">)
  | ({ readonly type: "TRIGGER_MISSED" } & EventData<"TRIGGER_MISSED">)
  | ({ readonly type: "TRIGGER_FAILED" } & EventData<"TRIGGER_FAILED">);

/** What may be asked of the colony's triggers. */
export type TriggerCommand =
  /** The same once more is nothing new. `replace`: in place of the one that has its id. */
  | ({ readonly type: "trigger.set"; readonly replace?: boolean | undefined } & EventData<"TRIGGER_SET">)
  | ({ readonly type: "trigger.remove" } & EventData<"TRIGGER_REMOVED">)
  /** One commit for all of them. What is known already, and what concerns a trigger that is gone, is nothing new. */
  | { readonly type: "trigger.settle"; readonly outcomes: readonly TriggerOutcome[] };

type Triggered = Pick<ColonyState, "triggers">;

/** What a command on triggers comes to. */
export function decideTrigger({ triggers = {} }: Triggered, command: TriggerCommand): Decision {
  switch (command.type) {
    case "trigger.set": {
      const { type: _type, replace, letterId, ...data } = command;
      const known = triggerOf(triggers, data.triggerId);
      const set: NewEvent = {
        type: "TRIGGER_SET",
        data: letterId === undefined ? data : { ...data, letterId },
      };
      if (known === undefined || replace === true) return [set];
      if (isSame(known, data)) return [];
      return refuse(
        "trigger.exists",
        `there is a trigger "${data.triggerId}" already, and it is another one; remove it first, or set it with replace`,
      );
    }
    case "trigger.remove": {
      const { triggerId, letterId } = command;
      if (triggerOf(triggers, triggerId) === undefined) return noTrigger(triggerId, triggers);
      const data = letterId === undefined ? { triggerId } : { triggerId, letterId };
      return [{ type: "TRIGGER_REMOVED", data }];
    }
    case "trigger.settle":
      return command.outcomes.flatMap((outcome) => settled(triggerOf(triggers, outcome.triggerId), outcome));
  }
}

/** Every object has members such as `constructor`, which are no triggers. */
function triggerOf(triggers: NonNullable<Triggered["triggers"]>, id: string): TriggerState | undefined {
  return Object.hasOwn(triggers, id) ? triggers[id] : undefined;
}

/** There is none of that id. */
export function noTrigger(triggerId: string, triggers: { readonly [id: string]: unknown }): Refusal {
  const ids = Object.keys(triggers);
  const shown = ids.slice(0, SHOWN_IDS).join(", ");
  const known =
    ids.length === 0 ? "there are none" : `there are: ${shown}${ids.length > SHOWN_IDS ? " ..." : ""}`;
  return refuse("trigger.not_found", `there is no trigger ${shownValue(triggerId)}; ${known}`);
}

const SHOWN_IDS = 10;

function settled(trigger: TriggerState | undefined, { type, ...data }: TriggerOutcome): readonly NewEvent[] {
  if (trigger === undefined) return [];
  if (type === "TRIGGER_FIRED" && "inputId" in data && data.inputId === trigger.last?.inputId) return [];
  return [{ type, data } as NewEvent];
}

/** Whether setting it once more would change nothing but when it began. */
function isSame(known: TriggerState, data: Meant): boolean {
  return canonicalJson(meant(known)) === canonicalJson(meant(data));
}

type Meant = Pick<EventData<"TRIGGER_SET">, "schedule" | "agentId" | "text" | "mode" | "missed">;

function meant({ schedule, agentId, text, mode, missed }: Meant): Meant {
  return { schedule, agentId, text, mode, missed };
}
