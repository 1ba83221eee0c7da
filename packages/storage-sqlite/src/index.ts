export { liveOwnerOf } from "./live-owner.ts";
export { openSqliteStore } from "./open-sqlite-store.ts";
export { processStart } from "./process-identity.ts";
export type { FolderOwner } from "./live-owner.ts";
export type { SqliteStore, SqliteStoreOptions } from "./open-sqlite-store.ts";
