import { blobStoreContract } from "@colony/testkit/contracts";
import { createMemoryBlobStore } from "./memory-blob-store.ts";

blobStoreContract("the memory blob store", async () => ({
  store: createMemoryBlobStore(),
  dispose: async () => undefined,
}));
