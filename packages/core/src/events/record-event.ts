import { eventIdOf, type ColonyId } from "../ids.ts";
import type { Append } from "../ports/event-log.ts";
import { shapeVersionOf, type ColonyEvent, type NewEvent } from "./envelope.ts";

/** The place that a log gives to an event. */
export interface EventPlace {
  readonly colonyId: ColonyId;
  readonly seq: number;
  readonly version: number;
}

/** Where an event stands before the log has given it its seq. */
const NOT_YET = 0;

/**
 * A new event as it stands in the log. Every implementation of `EventLog` makes its events with this, or with `recordAppend`. One that was made for
 * its place by `placedEvent` is completed, and no second object is made for it.
 */
export function recordEvent(event: NewEvent, append: Append, place: EventPlace): ColonyEvent {
  const { colonyId, seq, version } = place;
  if (append.placed !== true)
    return eventAt(event, { agentId: append.agentId, at: append.at, colonyId, seq, version });
  const placed = event as { -readonly [Key in keyof ColonyEvent]: ColonyEvent[Key] };
  placed.seq = seq;
  return placed as ColonyEvent;
}

/**
 * All events of an append as they stand in the log, one after the other from `seq` on. Those that were made for their places
 * are given back as they came.
 */
export function recordAppend(
  append: Append,
  { colonyId, seq }: Pick<EventPlace, "colonyId" | "seq">,
): readonly ColonyEvent[] {
  const { agentId, at, expectedVersion, events } = append;
  if (append.placed !== true)
    return events.map((event, index) =>
      eventAt(event, { agentId, at, colonyId, seq: seq + index, version: expectedVersion + 1 + index }),
    );
  const placed = events as readonly { -readonly [Key in keyof ColonyEvent]: ColonyEvent[Key] }[];
  let next = seq;
  for (const event of placed) {
    event.seq = next;
    next += 1;
  }
  return placed as readonly ColonyEvent[];
}

/** An event that is decided: at its place in its stream, and complete but for its seq. */
export function placedEvent(
  event: NewEvent,
  { agentId, colonyId, at }: Pick<ColonyEvent, "agentId" | "colonyId" | "at">,
  version: number,
): ColonyEvent {
  return eventAt(event, { agentId, at, colonyId, seq: NOT_YET, version });
}

/** Member by member, because a copy that is then extended costs several times as much. */
function eventAt(
  event: NewEvent,
  { agentId, at, colonyId, seq, version }: EventPlace & Pick<Append, "agentId" | "at">,
): ColonyEvent {
  const { type, data, executionId, correlationId, causationId } = event;
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
