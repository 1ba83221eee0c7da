import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  blobStoreContract,
  draftStoreContract,
  eventLogContract,
  eventPruningContract,
  snapshotStoreContract,
} from "@colony/testkit/contracts";
import { openSqliteStore, type SqliteStore } from "./open-sqlite-store.ts";

async function openPart<Part>(part: (store: SqliteStore) => Part) {
  const dir = await mkdtemp(join(tmpdir(), "colony-store-"));
  let store = await openSqliteStore({ dir, access: "owner" });
  return {
    part: part(store),
    reopen: async () => {
      await store.close();
      store = await openSqliteStore({ dir, access: "owner" });
      return part(store);
    },
    dispose: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
}

const openLog = async () => {
  const { part, ...rest } = await openPart((store) => store.log);
  return { log: part, ...rest };
};

eventLogContract("the SQLite log", openLog);
eventLogContract("the SQLite log", openLog, { reopenAfterEveryWrite: true });
eventPruningContract("the SQLite log", openLog);
eventPruningContract("the SQLite log", openLog, { reopenAfterEveryWrite: true });

snapshotStoreContract("the SQLite snapshot store", async () => {
  const { part, ...rest } = await openPart((store) => store.snapshots);
  return { store: part, ...rest };
});

draftStoreContract("the SQLite draft store", async () => {
  const { part, ...rest } = await openPart((store) => store.drafts);
  return { store: part, ...rest };
});

blobStoreContract("the file blob store", async () => {
  const { part, ...rest } = await openPart((store) => store.blobs);
  return { store: part, ...rest };
});
