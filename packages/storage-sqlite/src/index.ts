export { liveOwnerOf } from "./live-owner.ts";
export { makeFolders } from "./make-folders.ts";
export { openSqliteSender } from "./open-sqlite-sender.ts";
export { openSqliteStore } from "./open-sqlite-store.ts";
export { processStart } from "./process-identity.ts";
export type { Letter, Letterbox } from "./letterbox.ts";
export type { FolderOwner } from "./live-owner.ts";
export type { FolderNow, SqliteSender } from "./open-sqlite-sender.ts";
export type { SqliteStore, SqliteStoreOptions } from "./open-sqlite-store.ts";
