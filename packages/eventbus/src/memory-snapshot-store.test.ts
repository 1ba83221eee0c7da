import { snapshotStoreContract } from "@colony/testkit/contracts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";

snapshotStoreContract("the memory snapshot store", async () => ({
  store: createMemorySnapshotStore(),
  dispose: async () => undefined,
}));
