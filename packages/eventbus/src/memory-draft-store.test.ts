import { draftStoreContract } from "@colony/testkit/contracts";
import { createMemoryDraftStore } from "./memory-draft-store.ts";

draftStoreContract("the memory draft store", async () => ({
  store: createMemoryDraftStore(),
  dispose: async () => undefined,
}));
