import type { EventData, EventType } from "../events/catalogue.ts";
import type { Envelope } from "../events/envelope.ts";

/**
 * An event as `evolve` reads it: all of a recorded event but its place in the colony's log, so that a decision can be
 * tried on a state before the log has taken it.
 */
export type FactOf<T extends EventType> = Omit<Envelope, "seq" | "id" | "v"> & {
  readonly type: T;
  readonly data: EventData<T>;
};

/** Any event as `evolve` reads it. */
export type Fact = { [T in EventType]: FactOf<T> }[EventType];
