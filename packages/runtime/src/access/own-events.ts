import { COLONY_STREAM, messageOf, type ColonyEvent } from "@colony/core";
import type { SafeObservable } from "@colony/eventbus";
import type { Parts } from "../parts.ts";
import { pickedFrom } from "../picked.ts";
import type { Access } from "./access.ts";

/** Events of the agents that somebody may see, and of the colony where that is for them. */
export function ownEvents(
  { logger, ledger }: Pick<Parts, "logger" | "ledger">,
  access: Access,
  source: SafeObservable<ColonyEvent>,
): SafeObservable<ColonyEvent> {
  const isForThem = ({ agentId }: ColonyEvent): boolean => {
    if (agentId === COLONY_STREAM) return access.maySeeColony;
    const record = ledger.index.get(agentId);
    return record !== undefined && access.maySee(record);
  };
  return pickedFrom(source, {
    pick: (event) => (isForThem(event) ? event : undefined),
    onError: (error) => logger.error({ reason: messageOf(error) }, "subscriber failed"),
  });
}
