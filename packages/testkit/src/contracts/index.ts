export { blobStoreContract } from "./blob-store.ts";
export { draftStoreContract } from "./draft-store.ts";
export { eventLogContract } from "./event-log.ts";
export { processesContract } from "./processes.ts";
export { snapshotStoreContract } from "./snapshot-store.ts";
export type { EventLogContractOptions, OpenedLog } from "./log-under-test.ts";
export type { OpenedStore } from "./snapshot-store.ts";
