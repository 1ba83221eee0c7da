import type { Budget, Host } from "../events/colony.ts";
import type { Fact } from "./fact.ts";

/** Why workers are not being started, and who may lift that. */
export interface DispatchBlock {
  readonly owner: string;
  readonly reason: string;
  /** Version of the colony's stream at which it was set. */
  readonly version: number;
  readonly at: number;
}

/** What the events of the colony's own stream come to. */
export interface ColonyState {
  readonly version: number;
  readonly host: Host | null;
  readonly release: string | null;
  readonly openedAt: number | null;
  readonly budget: Budget;
  /** At most one by each owner. Nothing is dispatched while there is any. */
  readonly blocks: readonly DispatchBlock[];
}

/** A colony before its first event. */
export const NEW_COLONY: ColonyState = {
  version: 0,
  host: null,
  release: null,
  openedAt: null,
  budget: {},
  blocks: [],
};

/** The colony after some events; those of agents' streams change nothing here. */
export function evolveColony(state: ColonyState, facts: readonly Fact[]): ColonyState {
  return facts.reduce(apply, state);
}

function apply(state: ColonyState, fact: Fact): ColonyState {
  const { version, at } = fact;
  switch (fact.type) {
    case "COLONY_OPENED":
      return { ...state, version, host: fact.data.host, release: fact.data.release, openedAt: at };
    case "COLONY_CLOSED":
      return { ...state, version, host: null };
    case "DISPATCH_BLOCKED": {
      const { owner, reason } = fact.data;
      const others = state.blocks.filter((block) => block.owner !== owner);
      return { ...state, version, blocks: [...others, { owner, reason, version, at }] };
    }
    case "DISPATCH_UNBLOCKED":
      return { ...state, version, blocks: state.blocks.filter((block) => block.owner !== fact.data.owner) };
    case "BUDGET_SET":
      return { ...state, version, budget: fact.data.budget };
    default:
      return state;
  }
}
