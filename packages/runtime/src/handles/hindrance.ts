import type { AgentRecord } from "@colony/core";
import { PERSON } from "@colony/overseer";
import type { Parts } from "../parts.ts";

/** In words why an agent would not begin at once with what it is given; undefined where it would. */
export function hindranceOf(
  parts: Pick<Parts, "ledger" | "supervisor" | "roster" | "principal">,
  { kind, definitionId }: Pick<AgentRecord, "kind" | "definitionId">,
): string | undefined {
  const { ledger, supervisor, roster } = parts;
  const block = ledger.colony.blocks.find(({ owner }) => owner !== PERSON || !isLiftedBy(parts, kind));
  if (block !== undefined) return `nothing is begun while the colony is stopped (by ${block.owner})`;
  if (roster.of({ definitionId }) === undefined)
    return `the definition "${definitionId}" is not here; it begins when a colony with it is opened`;
  if (kind === "overseer" || supervisor.hasRoomFor(definitionId)) return undefined;
  return "all places for workers are taken; it begins when one is free";
}

/** Whether what is said lifts a person's stop: what one of several people says to a worker of theirs does not. */
function isLiftedBy({ ledger, principal }: Pick<Parts, "ledger" | "principal">, kind: string): boolean {
  return principal === undefined || principal.id === ledger.colony.owner || kind === "overseer";
}
