import type { AgentId, Draft, DraftStore } from "@colony/core";

/** Makes a draft store in memory. */
export function createMemoryDraftStore(): DraftStore {
  const kept = new Map<AgentId, Draft>();
  return {
    list: async () => [...kept.values()],
    change: async ({ keep, forget }) => {
      for (const draft of keep) kept.set(draft.agentId, draft);
      for (const agentId of forget) kept.delete(agentId);
    },
  };
}
