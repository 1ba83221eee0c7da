import { agentId, type AgentIndex, type AgentRecord } from "@colony/core";

/**
 * An agent by id, by name, or by the start of an id where only one of those that may be seen has such an id. One that may not
 * be seen is not in the way of others.
 */
export function findVisible(
  index: AgentIndex,
  text: string,
  sees: (agent: AgentRecord) => boolean,
): AgentRecord | undefined {
  for (const exact of [index.get(agentId(text)), index.byName(text)])
    if (exact !== undefined && exact.removed !== true && sees(exact)) return exact;
  if (text.length < SHORTEST_START) return undefined;
  let found: AgentRecord | undefined;
  for (const record of index.all()) {
    if (!record.id.startsWith(text) || !sees(record)) continue;
    if (found !== undefined) return undefined;
    found = record;
  }
  return found;
}

const SHORTEST_START = 4;
