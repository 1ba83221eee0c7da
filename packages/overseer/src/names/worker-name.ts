import { ColonyError, agentId, shownValue, type AgentRecord } from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import type { SpawnRequest } from "../spawn.ts";
import { AUTO_NAME, aliasesOf } from "./alias.ts";

/** What a name is made of: it is never a path, and stands in messages and on command lines as it is. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,62}[\p{L}\p{N}_-])?$/u;

/** What the ids of workers look like, of their executions and events too, and other names that mean something already. */
const TAKEN = /^(?:w-.*|overseer|colony|user)$/iu;

/** Throws `spawn.refused` for a name that cannot be used, and `agent.name_taken` for one that another agent has. */
export function checkName(
  { index }: Pick<Ledger, "index">,
  { id, name }: Pick<SpawnRequest, "id" | "name">,
): void {
  if (name === null || name === AUTO_NAME) return;
  if (!NAME.test(name) || name.includes(".."))
    throw new ColonyError(
      "spawn.refused",
      `the name ${shownValue(name)} cannot be used; names have 1 to 64 letters, digits, blanks, ".", "_" or "-", begin with a letter or digit, and have no ".." in them`,
    );
  if (TAKEN.test(name) || index.get(agentId(name)) !== undefined)
    throw new ColonyError(
      "spawn.refused",
      `the name ${shownValue(name)} cannot be used: it is an id, or looks like one; names do not begin with "w-" and are none of overseer, colony, user`,
    );
  const namesake = index.byName(name);
  if (namesake !== undefined && namesake.id !== id)
    throw new ColonyError(
      "agent.name_taken",
      `there is already an agent named "${name}"; choose another name, or give "${AUTO_NAME}"`,
    );
}

/** The names under which a worker may be spawned, the next one where the one before is taken. */
export function namesFor(
  { index }: Pick<Ledger, "index">,
  { id, name }: Pick<SpawnRequest, "id" | "name">,
): Iterable<AgentRecord["name"]> {
  if (name !== AUTO_NAME) return [name];
  return aliasesOf(id).filter((alias) => index.byName(alias) === undefined);
}
