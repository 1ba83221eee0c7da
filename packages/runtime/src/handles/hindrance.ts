import type { AgentRecord } from "@colony/core";
import { PERSON } from "@colony/overseer";
import type { Parts } from "../parts.ts";

/**
 * In words why an agent would not begin at once with what it is given; undefined where it would. What a person says lifts a
 * person's stop, so that is none.
 */
export function hindranceOf(
  { ledger, supervisor, roster }: Pick<Parts, "ledger" | "supervisor" | "roster">,
  { kind, definitionId }: Pick<AgentRecord, "kind" | "definitionId">,
): string | undefined {
  const other = ledger.colony.blocks.find(({ owner }) => owner !== PERSON);
  if (other !== undefined) return `nothing is begun while the colony is blocked by ${other.owner}`;
  if (roster.of({ definitionId }) === undefined)
    return `the definition "${definitionId}" is not here; it begins when a colony with it is opened`;
  if (kind === "overseer" || supervisor.hasRoomFor(definitionId)) return undefined;
  return "all places for workers are taken; it begins when one is free";
}
