import type { Budget, Host } from "../events/colony.ts";
import type { PrunedAgent } from "../events/retention.ts";
import { COLONY_STREAM } from "../ids.ts";
import type { Fact } from "./fact.ts";
import { evolveTriggers, type Triggers } from "./trigger.ts";

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
  /** Whose colony it is; absent: nobody's but its own process's. */
  readonly owner?: string;
  readonly budget: Budget;
  /** At most one by each owner. Nothing is dispatched while there is any. */
  readonly blocks: readonly DispatchBlock[];
  /**
   * The newest letter of another process that stands in this stream. Letters are taken one after the other, so only this
   * one can be met again, by the next host, where its own was killed before it could take it out of the box.
   */
  readonly letter?: string;
  /** Whose histories were pruned last. A host that was killed may have left something of them to be removed. */
  readonly pruned?: readonly PrunedAgent[];
  /** Tools whose calls need no more approval, whoever makes them. */
  readonly approvedTools?: readonly string[];
  /** What sends inputs at its times; absent: nothing has been set. */
  readonly triggers?: Triggers;
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
        ...(fact.data.owner === undefined ? {} : { owner: fact.data.owner }),
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
    case "TOOL_APPROVAL_SET":
      return { ...approving(state, fact.data.tool, fact.data.approved), version };
    case "APPROVAL_RESOLVED":
      return fact.data.always === "tool" ? approving(state, fact.data.name, true) : state;
    case "TRIGGER_SET":
    case "TRIGGER_REMOVED":
    case "TRIGGER_FIRED":
    case "TRIGGER_MISSED":
    case "TRIGGER_FAILED": {
      const letter = "letterId" in fact.data ? letterOf(fact.data) : {};
      return { ...state, ...letter, version, triggers: evolveTriggers(state.triggers, fact) };
    }
    case "HISTORY_PRUNED":
      return { ...state, version, pruned: fact.data.agents };
    case "STORAGE_FAILED":
      return { ...state, version };
    case "LETTER_REFUSED":
      return { ...state, ...letterOf(fact.data), version };
    default:
      return state;
  }
}

/** Whether an event says something of the colony as a whole, in whosever stream it stands. */
export function concernsColony(fact: Pick<Fact, "agentId" | "type" | "data">): boolean {
  if (fact.agentId === COLONY_STREAM) return true;
  return fact.type === "APPROVAL_RESOLVED" && "always" in fact.data && fact.data.always === "tool";
}

function approving(state: ColonyState, tool: string, approved: boolean): ColonyState {
  const others = (state.approvedTools ?? []).filter((other) => other !== tool);
  return { ...state, approvedTools: approved ? [...others, tool] : others };
}

function letterOf({ letterId }: { readonly letterId?: string | undefined }): Pick<ColonyState, "letter"> {
  return letterId === undefined ? {} : { letter: letterId };
}
