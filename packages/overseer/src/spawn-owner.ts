import type { AgentId } from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/**
 * Whose worker it is that an agent spawns: that of the one on whose behalf the agent works just now; else it is whose the
 * agent itself is; else whose the colony is. Undefined where nobody was ever named.
 */
export function ownerOfSpawn(
  ledger: Pick<Ledger, "index" | "colony" | "peek">,
  parentId: AgentId,
): string | undefined {
  return (
    ledger.peek(parentId)?.execution?.principal ?? ledger.index.get(parentId)?.owner ?? ledger.colony.owner
  );
}
