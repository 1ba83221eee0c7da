import type { AgentId } from "../ids.ts";
import type { AgentIndex } from "./agent-index.ts";
import { isEnded } from "./status.ts";

/** How many workers of an agent have an execution that has not ended: each of these will report to it. */
export function workersAtWork(index: Pick<AgentIndex, "childrenOf" | "get">, id: AgentId): number {
  let count = 0;
  for (const child of index.childrenOf(id)) {
    const execution = index.get(child)?.execution ?? null;
    if (execution !== null && !isEnded(execution.status)) count += 1;
  }
  return count;
}
