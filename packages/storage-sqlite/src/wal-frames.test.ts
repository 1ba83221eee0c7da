import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hasMoreThan } from "./wal-frames.ts";

let dir: string;
let db: DatabaseSync;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-frames-"));
  db = new DatabaseSync(join(dir, "some.db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)");
});
afterEach(async () => {
  db.close();
  await rm(dir, { recursive: true });
});

const wal = (): string => join(dir, "some.db-wal");
const add = (): void => db.exec("INSERT INTO t VALUES (1)");
const known = (): number => Number(db.prepare("PRAGMA wal_checkpoint(NOOP)").get()?.["log"]);

it("a transaction behind the known frames is found, and none where there is none", () => {
  const before = known();
  expect(hasMoreThan(wal(), before)).toBe(false);
  add();
  expect(hasMoreThan(wal(), before)).toBe(true);
  expect(hasMoreThan(wal(), 0)).toBe(true);
  expect(hasMoreThan(wal(), known())).toBe(false);
});

it("a log that was begun anew is another one, and what is left of the old one behind it is none", () => {
  for (let index = 0; index < 5; index += 1) add();
  const before = known();
  db.exec("PRAGMA wal_checkpoint(PASSIVE)");
  expect(hasMoreThan(wal(), before)).toBe(false);
  add();
  expect(known()).toBeLessThan(before);
  expect(hasMoreThan(wal(), before)).toBe(true);
  expect(hasMoreThan(wal(), known())).toBe(false);
});

it("what was rolled back, or cut off, is no transaction", async () => {
  add();
  const before = known();
  db.exec("PRAGMA cache_size = 1; BEGIN");
  for (let index = 0; index < 200; index += 1) db.exec("INSERT INTO t VALUES (randomblob(3000))");
  db.exec("ROLLBACK");
  expect(hasMoreThan(wal(), before)).toBe(false);
  add();
  const written = known();
  expect(hasMoreThan(wal(), before)).toBe(true);
  await truncate(wal(), 32 + 24 + 4096);
  expect(hasMoreThan(wal(), 1)).toBe(false);
  expect(hasMoreThan(wal(), written)).toBe(true);
});
