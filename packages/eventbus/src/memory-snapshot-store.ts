import type { AgentId, Snapshot, SnapshotStore } from "@colony/core";

/** Makes a snapshot store in memory. */
export function createMemorySnapshotStore(): SnapshotStore {
  const kept = new Map<AgentId, Snapshot>();
  let complete = 0;
  return {
    async save(snapshots, completeTo) {
      for (const snapshot of snapshots) kept.set(snapshot.agentId, snapshot);
      complete = completeTo;
    },
    async completeTo() {
      return complete;
    },
    async list(which) {
      return [...kept.values()].filter((snapshot) => which === "all" || snapshot.open);
    },
    async visit(which, see) {
      for (const snapshot of kept.values()) if (which === "all" || snapshot.open) see(snapshot);
    },
    async get(agentId) {
      return kept.get(agentId);
    },
    async clear() {
      kept.clear();
      complete = 0;
    },
  };
}
