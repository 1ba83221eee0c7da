import { eventIdOf, type ColonyId } from "../ids.ts";
import type { Append } from "../ports/event-log.ts";
import { shapeVersionOf, type ColonyEvent, type NewEvent } from "./envelope.ts";

/** The place that a log gives to an event. */
export interface EventPlace {
  readonly colonyId: ColonyId;
  readonly seq: number;
  readonly version: number;
}

/** A new event as it stands in the log. Every implementation of `EventLog` makes its events with this. */
export function recordEvent(event: NewEvent, append: Append, place: EventPlace): ColonyEvent {
  const { agentId, at } = append;
  const { colonyId, seq, version } = place;
  const id = eventIdOf(agentId, version);
  return { ...event, seq, version, id, at, colonyId, agentId, v: shapeVersionOf(event.type) };
}
