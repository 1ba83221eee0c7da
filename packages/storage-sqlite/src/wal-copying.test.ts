import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { agentId } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openForWriting } from "./database.ts";
import { folderAt, type ColonyFolder } from "./folder.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { createWalCopying, type WalCopying } from "./wal-copying.ts";

const BOUNDS = { much: 100, few: 20 };

let dir: string;
let folder: ColonyFolder;
let db: DatabaseSync;
let copying: WalCopying;
/** All that were started. */
const threads: Worker[] = [];
const note = (thread: Worker): void => void threads.push(thread);
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-wal-"));
  folder = folderAt(dir);
  db = openForWriting(folder, "full");
  db.exec("CREATE TABLE words (word TEXT)");
  copying = createWalCopying(db, folder, BOUNDS);
  threads.length = 0;
  process.on("worker", note);
});
afterEach(async () => {
  process.off("worker", note);
  await copying.close();
  db.close();
  await rm(dir, { recursive: true });
});

/** Writes that many pages and some, in a transaction. */
function writePages(pages: number): void {
  const insert = db.prepare("INSERT INTO words VALUES (?)");
  db.exec("BEGIN IMMEDIATE");
  for (let page = 0; page < pages; page += 1) insert.run("x".repeat(4_000));
  db.exec("COMMIT");
  copying.consider();
}

/** Pages in the write-ahead log, and how many of them are in the database too. */
function extent(): { readonly pages: number; readonly copied: number } {
  const found = db.prepare("PRAGMA wal_checkpoint(NOOP)").get();
  return { pages: Number(found?.["log"]), copied: Number(found?.["checkpointed"]) };
}

it("pages stay where they are while they are few, and no commit copies any", async () => {
  for (let number = 0; number < 5; number += 1) writePages(15);
  await turn();
  const { pages, copied } = extent();
  expect(pages).toBeGreaterThan(75);
  expect(copied).toBe(0);
  expect(threads).toEqual([]);
});

it("many pages are copied beside the work, also those that are written meanwhile, and then the log begins anew", async () => {
  writePages(120);
  expect(extent().copied).toBe(0);
  while (extent().copied === 0) {
    writePages(1);
    await turn();
  }
  await copying.idle();
  writePages(120);
  await copying.idle();
  expect(extent()).toMatchObject({ copied: extent().pages });
  writePages(1);
  expect(extent().pages).toBeLessThan(10);
});

it("a log that is written to all the time begins anew again and again", async () => {
  let [written, anew, before] = [0, 0, 0];
  while (anew < 3) {
    writePages(30);
    written += 30;
    if (extent().pages < before) anew += 1;
    before = extent().pages;
    await turn();
  }
  await copying.idle();
  writePages(1);
  expect(extent().pages).toBeLessThan(written / 2);
});

it("what a reader keeps from being copied is copied once it lets go", async () => {
  const reader = new DatabaseSync(folder.database, { readOnly: true });
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM words").get();
  for (let number = 0; number < 8; number += 1) {
    writePages(110);
    await copying.idle();
    await turn();
  }
  const held = extent();
  expect(held.pages).toBeGreaterThan(880);
  expect(held.copied).toBeLessThan(20);
  // Nobody tries in vain with each commit.
  const before = threads.length;
  for (let number = 0; number < 8; number += 1) writePages(1);
  await turn();
  expect(threads).toHaveLength(before);
  reader.exec("COMMIT");
  reader.close();
  while (extent().pages >= held.pages) {
    writePages(1);
    await turn();
    await copying.idle();
  }
  expect(extent().pages).toBeLessThan(held.pages / 2);
});

it("nothing is copied any more once it is closed, and no thread is left", async () => {
  writePages(120);
  await turn();
  expect(threads.map(({ threadId }) => threadId > 0)).toEqual([true]);
  await copying.close();
  expect(threads.map(({ threadId }) => threadId > 0)).toEqual([false]);
  expect(extent()).toMatchObject({ copied: extent().pages });
  writePages(400);
  await turn();
  expect(extent().copied).toBe(0);
});

it("where no thread can copy, SQLite does it within commits, and no other database is made", async () => {
  const elsewhere = folderAt(join(dir, "elsewhere"));
  copying = createWalCopying(db, { ...folder, database: elsewhere.database }, BOUNDS);
  writePages(120);
  await copying.idle();
  await turn();
  expect(existsSync(elsewhere.database)).toBe(false);
  expect(extent().copied).toBe(0);
  writePages(4_000);
  const { pages, copied } = extent();
  expect([pages > 4_000, copied]).toEqual([true, pages]);
});

/** A process that appends so many times 75 pages to a new log, says how many events are there after each, and closes. */
function owner(times: string, within = ""): ChildProcessByStdio<null, Readable, null> {
  db.exec("DROP TABLE words");
  db.close();
  const code = `
    import { openSqliteStore } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    const store = await openSqliteStore({ dir: ${JSON.stringify(dir)}, access: "owner" });
    const data = { inputId: "in", kind: "chat", mode: "queue", from: "user", text: "x".repeat(60_000) };
    const events = Array.from({ length: 5 }, () => ({ type: "INPUT_RECEIVED", data }));
    for (let time = 0; time < ${times}; time += 1) {
      const expectedVersion = time * events.length;
      await store.log.append({ agentId: "w-1", expectedVersion, events, at: 1 });
      process.stdout.write(expectedVersion + events.length + "\\n");
    }
    await store.close();`;
  const program = [process.execPath, "--input-type=module", "-e", code];
  return spawn("sh", ["-c", `${within} exec "$@"`, "sh", ...program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function lastSaid(child: ReturnType<typeof owner>): Promise<readonly unknown[]> {
  const said = await text(child.stdout);
  return [said.trim().split("\n").at(-1), child.exitCode ?? ((await once(child, "exit"))[0] as number)];
}

it("a process whose address space is bounded goes on, whether or not it can have a thread", async () => {
  expect(await lastSaid(owner("330", "ulimit -v 3000000;"))).toEqual(["1650", 0]);
  db = new DatabaseSync(folder.database);
});

it("a process that closes while pages are copied waits for that, and ends by itself", async () => {
  expect(await lastSaid(owner("108"))).toEqual(["540", 0]);
  expect(existsSync(`${folder.database}-wal`)).toBe(false);
  db = new DatabaseSync(folder.database);
});

it.each([
  [120, 0],
  [150, 0],
  [200, 1_000_000],
  [280, 1_000_000],
])(
  "after kill -9 of an owner whose pages are being copied, %i said, every acknowledged event is there",
  async (enough, copied) => {
    const child = owner("Infinity");
    let acknowledged = 0;
    let count = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      count += 1;
      if (count === enough) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    expect(statSync(folder.database).size).toBeGreaterThan(copied);
    db = new DatabaseSync(folder.database);
    expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    await using store = await openSqliteStore({ dir, access: "owner" });
    const [last] = await store.log.read({ after: store.log.head() - 1 });
    expect(last?.version).toBeGreaterThanOrEqual(acknowledged);
    const stream = await store.log.read({ agentId: agentId("w-1"), limit: 100_000 });
    expect(stream.map((event) => event.version)).toEqual(stream.map((_, index) => index + 1));
    expect(stream.length).toBe(last?.version);
  },
);
