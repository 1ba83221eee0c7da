import { ColonyError, correlationId, inputId, loadedPart, type TriggerState } from "@colony/core";
import type { Parts } from "../parts.ts";
import { createReceipt } from "../receipt.ts";
import type { ColonyTriggers, FireOptions, FiredReceipt } from "./colony-triggers.ts";
import { requireFire, requireTriggerId } from "./fire-options.ts";
import { isTokenOf } from "./token.ts";

/** The triggers of a colony that is open here. */
export function openTriggers(parts: Parts): ColonyTriggers {
  const { triggers, ledger, ids, clock, mustBeOpen } = parts;
  return {
    async set(options) {
      mustBeOpen();
      const find = (idOrName: string) => ledger.index.find(idOrName);
      const trigger = (id: string) => triggers.get(id);
      const { composeTrigger } = await loadedPart(import("./set-trigger.ts"));
      const composed = await composeTrigger(options, { ids, find, trigger, now: clock.now() });
      mustBeOpen();
      const set = await triggers.set(composed.data, { replace: composed.replace });
      return composed.token === undefined ? { trigger: set } : { trigger: set, token: composed.token };
    },
    list() {
      return triggers.list();
    },
    async remove(id) {
      mustBeOpen();
      requireTriggerId(id);
      await triggers.remove(triggers.find(id).id);
    },
    async fire(id, options = {}) {
      mustBeOpen();
      requireTriggerId(id);
      requireFire(options);
      const trigger = "token" in options ? withToken(parts, id, options.token) : triggers.find(id);
      return await fire(parts, trigger, options);
    },
  };
}

/** Whoever comes from outside learns nothing but that. */
function withToken({ triggers }: Parts, id: string, token: unknown): TriggerState {
  const trigger = triggers.get(id);
  const isRight = isTokenOf(trigger?.schedule, token);
  if (trigger !== undefined && isRight) return trigger;
  throw new ColonyError("trigger.not_found", "there is no webhook of that id and token");
}

async function fire(
  parts: Parts,
  { id }: TriggerState,
  { body, idempotencyKey }: FireOptions,
): Promise<FiredReceipt> {
  const { triggers, bus, ids, received } = parts;
  const after = bus.stats().head;
  const newId = inputId(ids.next("i"));
  const fired = await triggers.fire({ triggerId: id, inputId: newId, body, idempotencyKey });
  const { agentId, inputId: id_ } = fired;
  const seq = fired.isNew ? bus.stats().head : ((await received.seqOf(agentId, id_)) ?? after);
  return createReceipt(parts, {
    agentId,
    inputId: id_,
    correlationId: correlationId(id_),
    after: Math.min(after, seq - 1),
    seq,
  });
}
