import {
  ColonyError,
  decideColony,
  inputId,
  isRefusal,
  noTrigger,
  triggerId,
  type ColonyState,
  type IdSource,
  type TriggerState,
} from "@colony/core";
import type { LetterBody } from "../letters/letter-body.ts";
import type { ColonyReader } from "../reader.ts";
import type { Sent } from "../sender.ts";
import type { FireOptions, SentTriggers } from "./colony-triggers.ts";
import { requireFire, requireTriggerId } from "./fire-options.ts";
import { composeTrigger } from "./set-trigger.ts";

/** What is written beside the process that has the colony open. */
export interface SendingDeps {
  readonly reader: Pick<ColonyReader, "state" | "find" | "owner">;
  readonly ids: IdSource;
  /** Epoch ms. */
  readonly now: () => number;
  readonly post: (body: LetterBody) => Promise<Sent>;
  readonly mustBeOpen: () => void;
}

/** Triggers of a colony that somebody else has open, or nobody. What cannot be is refused before it is sent. */
export function sendTriggers({ reader, ids, now, post, mustBeOpen }: SendingDeps): SentTriggers {
  const trigger = (id: string) => triggerOf(reader.state, id);
  // Whoever has it open may have done something that is not known here yet.
  const isAlone = () => reader.owner() === undefined;
  const named = (id: string) => {
    if (trigger(id) === undefined && isAlone())
      throw ColonyError.from(noTrigger(id, reader.state.triggers ?? {}));
    return triggerId(id);
  };
  return {
    async set(options) {
      mustBeOpen();
      const find = (idOrName: string) => reader.find(idOrName);
      const { data, replace, token } = await composeTrigger(options, { ids, find, trigger, now: now() });
      mustBeOpen();
      const decision = decideColony(reader.state, { type: "trigger.set", ...data, replace });
      if (isRefusal(decision) && isAlone()) throw ColonyError.from(decision);
      const sent = await post({ kind: "trigger_set", data, replace });
      return { ...sent, triggerId: data.triggerId, ...(token === undefined ? {} : { token }) };
    },
    async remove(id) {
      mustBeOpen();
      requireTriggerId(id);
      return await post({ kind: "trigger_remove", triggerId: named(id) });
    },
    async fire(id, options = {}) {
      mustBeOpen();
      requireTriggerId(id);
      requireFire(options);
      const { token: _trusted, ...how } = options as FireOptions;
      return await post({
        kind: "trigger_fire",
        triggerId: named(id),
        inputId: inputId(ids.next("i")),
        ...how,
      });
    },
  };
}

function triggerOf({ triggers = {} }: ColonyState, id: string): TriggerState | undefined {
  return Object.hasOwn(triggers, id) ? triggers[id] : undefined;
}
