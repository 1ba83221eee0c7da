import { eventIdOf, type ColonyId } from "../ids.ts";
import type { Append } from "../ports/event-log.ts";
import { shapeVersionOf, type ColonyEvent, type NewEvent } from "./envelope.ts";

/** The place that a log gives to an event. */
export interface EventPlace {
  readonly colonyId: ColonyId;
  readonly seq: number;
  readonly version: number;
}

/**
 * A new event as it stands in the log. Every implementation of `EventLog` makes its events with this. Member by member,
 * because a copy that is then extended costs several times as much.
 */
export function recordEvent(event: NewEvent, append: Append, place: EventPlace): ColonyEvent {
  const { type, data, executionId, correlationId, causationId } = event;
  const { agentId, at } = append;
  const { colonyId, seq, version } = place;
  const id = eventIdOf(agentId, version);
  const v = shapeVersionOf(type);
  const recorded =
    executionId !== undefined && correlationId !== undefined
      ? { type, data, executionId, correlationId, seq, version, id, at, colonyId, agentId, v }
      : executionId !== undefined
        ? { type, data, executionId, seq, version, id, at, colonyId, agentId, v }
        : correlationId !== undefined
          ? { type, data, correlationId, seq, version, id, at, colonyId, agentId, v }
          : { type, data, seq, version, id, at, colonyId, agentId, v };
  return (causationId === undefined ? recorded : { ...recorded, causationId }) as ColonyEvent;
}
