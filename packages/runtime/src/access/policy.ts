import { ColonyError, shownValue, type AgentRecord } from "@colony/core";
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
  readonly agent?: AgentRecord | undefined;
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
 * which are theirs then. The owner of the colony owns all that is in it; an operator may do everything. Throws
 * `usage.invalid` where it is asked about nobody, or nothing.
 */
export const ownerOnly: AccessPolicy = (principal, action, target) => {
  const { id, role } = requireAsked(principal, "principal", "{ id, role }");
  const { agent, owner, colonyOwner } = requireAsked(target, "target", "{ agent, owner, colonyOwner }");
  // Who has no id is nobody, and would own what nobody owns.
  if (typeof id !== "string")
    throw new ColonyError("usage.invalid", `id of a principal is ${shownValue(id)}; give a text`);
  return (
    role === "operator" || id === owner || id === colonyOwner || (agent === undefined && action === "spawn")
  );
};

function requireAsked<Given extends object>(given: Given, name: string, give: string): Given {
  if (typeof given === "object" && (given as unknown) !== null) return given;
  throw new ColonyError(
    "usage.invalid",
    `the ${name} that ownerOnly is asked about is ${shownValue(given)}; give ${give}`,
  );
}
