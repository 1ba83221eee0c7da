import type { AgentRecord } from "@colony/core";
import type { Principal } from "./principal.ts";

/**
 * What somebody wants to do. `see`: know that it is there, and all that is known of it. `inject`: say something to it.
 * `spawn`: start a worker, in the colony or below an agent. `resolve`: answer, approve or deny what it asks people.
 */
export type AccessAction =
  | "see"
  | "inject"
  | "spawn"
  | "seed"
  | "resolve"
  | "cancel"
  | "stop"
  | "close"
  | "reopen"
  | "dismiss"
  | "remove";

/** What they want to do it with. */
export interface AccessTarget {
  /** Absent: the colony as a whole. */
  readonly agent?: AgentRecord;
  /** Whose it is; absent: nobody's but the colony's own process's. */
  readonly owner: string | undefined;
  readonly colonyOwner: string | undefined;
}

/**
 * Whether somebody may do something. Anything but `true` is a refusal, and so is a throw. It is asked at each call and for
 * each event that they would see, so it is to be quick.
 */
export type AccessPolicy = (principal: Principal, action: AccessAction, target: AccessTarget) => boolean;

/**
 * The policy of colonies that have no other: everybody sees and does what is theirs and nothing else, and may spawn workers,
 * which are theirs then. The owner of the colony owns all that is in it; an operator may do everything.
 */
export const ownerOnly: AccessPolicy = ({ id, role }, action, { agent, owner, colonyOwner }) =>
  role === "operator" || id === owner || id === colonyOwner || (agent === undefined && action === "spawn");
