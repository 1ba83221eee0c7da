import { COLONY_STREAM, messageOf, type ColonyEvent } from "@colony/core";
import { SafeObservable } from "@colony/eventbus";
import type { Parts } from "../parts.ts";
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
  return new SafeObservable<ColonyEvent>({
    onError: (error) => logger.error({ reason: messageOf(error) }, "subscriber failed"),
    subscribe: (subscriber) => {
      const subscription = source.subscribe({
        next: (event) => {
          if (isForThem(event)) subscriber.next(event);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      return () => subscription.unsubscribe();
    },
    iterate: () => picked(source, isForThem),
  });
}

async function* picked(
  events: AsyncIterable<ColonyEvent>,
  wanted: (event: ColonyEvent) => boolean,
): AsyncGenerator<ColonyEvent, undefined> {
  for await (const event of events) if (wanted(event)) yield event;
  return undefined;
}
