import type { Draft } from "immer";
import type { EventType } from "../events/catalogue.ts";
import type { AgentState } from "./agent-state.ts";
import type { FactOf } from "./fact.ts";

/** For each event, what it does to an agent's state. A type that is missing does not compile. */
export type AgentHandlers = {
  readonly [T in EventType]: (draft: Draft<AgentState>, fact: FactOf<T>) => void;
};

/** For events that only stand in the colony's own stream. */
export const colonyOnly = (): void => undefined;
