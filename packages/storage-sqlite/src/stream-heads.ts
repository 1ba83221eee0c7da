import type { AgentId } from "@colony/core";

/** The versions that streams are at, for as many streams as were written to last. */
export interface StreamHeads {
  versionOf(agentId: AgentId): number;
  set(agentId: AgentId, version: number): void;
}

/** Makes a cache in front of a look-up. What is evicted is looked up again. */
export function createStreamHeads(lookUp: (agentId: AgentId) => number, limit = 10_000): StreamHeads {
  const heads = new Map<AgentId, number>();
  const set = (agentId: AgentId, version: number): void => {
    heads.delete(agentId);
    heads.set(agentId, version);
    if (heads.size <= limit) return;
    const oldest = heads.keys().next();
    if (oldest.done !== true) heads.delete(oldest.value);
  };
  return {
    set,
    versionOf(agentId) {
      return heads.get(agentId) ?? lookUp(agentId);
    },
  };
}
