import { DatabaseSync } from "node:sqlite";
import { agentId, type Snapshot } from "@colony/core";
import { expect, it } from "vitest";
import { migrate } from "./schema.ts";
import { createSqliteSnapshotStore } from "./sqlite-snapshot-store.ts";

const snapshot = (id: string): Snapshot => ({
  agentId: agentId(id),
  version: 1,
  seq: 1,
  open: false,
  format: "f",
  state: { text: "x".repeat(10_000) },
});

async function filled() {
  const db = new DatabaseSync(":memory:");
  migrate(db, ":memory:");
  db.exec("PRAGMA cache_size = -16000");
  const store = createSqliteSnapshotStore(db, (body) => body());
  await store.save([snapshot("w-1"), snapshot("w-2"), snapshot("w-3")], 1);
  const cacheSize = () => db.prepare("PRAGMA cache_size").get()?.["cache_size"];
  return { db, store, cacheSize };
}

it("looking at every snapshot keeps few of their pages, and gives the database its cache back", async () => {
  const { db, store, cacheSize } = await filled();
  const during = new Set<unknown>();
  await store.visit("all", () => void during.add(cacheSize()));
  expect([...during]).toEqual([100]);
  expect(cacheSize()).toBe(-16_000);
  db.close();
});

it("a look that is broken off gives it back too", async () => {
  const { db, store, cacheSize } = await filled();
  const seen: string[] = [];
  const broken = store.visit("all", (each) => {
    seen.push(each.agentId);
    throw new Error("enough");
  });
  await expect(broken).rejects.toThrow("enough");
  expect(seen).toEqual(["w-1"]);
  expect(cacheSize()).toBe(-16_000);
  db.close();
});
