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
  /** Who had it open before and died without closing it. */
  readonly leftBy: string | null;
  readonly release: string | null;
  readonly openedAt: number | null;
  readonly budget: Budget;
  /** At most one by each owner. Nothing is dispatched while there is any. */
  readonly blocks: readonly DispatchBlock[];
  /**
   * The newest letter of another process that stands in this stream. Letters are taken one after the other, so only this
   * one can be met again, by the next host, where its own was killed before it could take it out of the box.
   */
  readonly letter?: string;
}

/** A colony before its first event. */
export const NEW_COLONY: ColonyState = {
  version: 0,
  host: null,
  leftBy: null,
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
      return {
        ...state,
        version,
        host: fact.data.host,
        leftBy: state.host?.id ?? null,
        release: fact.data.release,
        openedAt: at,
      };
    case "COLONY_CLOSED":
      // One that another host has taken the colony over from has nothing to say about who has it.
      return { ...state, version, host: state.host?.id === fact.data.host ? null : state.host };
    case "DISPATCH_BLOCKED": {
      const { owner, reason } = fact.data;
      const letter = letterOf(fact.data);
      const others = state.blocks.filter((block) => block.owner !== owner);
      return { ...state, ...letter, version, blocks: [...others, { owner, reason, version, at }] };
    }
    case "DISPATCH_UNBLOCKED":
      return { ...state, version, blocks: state.blocks.filter((block) => block.owner !== fact.data.owner) };
    case "BUDGET_SET":
      return { ...state, ...letterOf(fact.data), version, budget: fact.data.budget };
    case "STORAGE_FAILED":
      return { ...state, version };
    case "LETTER_REFUSED":
      return { ...state, ...letterOf(fact.data), version };
    default:
      return state;
  }
}

function letterOf({ letterId }: { readonly letterId?: string | undefined }): Pick<ColonyState, "letter"> {
  return letterId === undefined ? {} : { letter: letterId };
}
