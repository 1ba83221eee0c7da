import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId, colonyId, inputId, type Append, type EventLog } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openForWriting } from "./database.ts";
import { createFileBlobStore } from "./file-blob-store.ts";
import { folderAt, prepareBodies, prepareFolder } from "./folder.ts";
import { createOwnerLog } from "./owner-log.ts";
import { migrate } from "./schema.ts";
import { createTransactions, type Transactions } from "./transactions.ts";

const containing = (words: string): unknown => expect.stringContaining(words);
const lacking = (members: object): unknown => expect.not.objectContaining(members);

/** The two copies of the header by which an index says how far the log of pages is valid. */
const HEADER_BYTES = 96;
const IOERR_FSYNC = 1_034;
/** Codes that come before the last page is written. */
const CUT_SHORT = [
  ["there was no room for it", 13, "The disk is full"],
  ["it could not be written", 778, "The disk fails"],
] as const;

let dir: string;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  dir = await mkdtemp(join(tmpdir(), "colony-doubt-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(dir, { recursive: true });
});

/** The disk: how many of the next commits it does not keep. `code`: what SQLite says of that. */
interface Disk {
  failures: number;
  code: number;
}

interface Hurt {
  readonly db: DatabaseSync;
  readonly disk: Disk;
  readonly transactions: Transactions;
  readonly log: EventLog;
}

/**
 * A log on a disk that takes what is written and then fails to keep it: the pages of a commit lie in the log of pages with the
 * mark that it is whole, and the index does not count them. This is how SQLite leaves a commit whose sync has failed.
 */
function hurtable(): Hurt {
  const folder = folderAt(join(dir, "colony"));
  prepareFolder(folder);
  prepareBodies(folder);
  const db = openForWriting(folder, "full");
  migrate(db, folder.database);
  const disk: Disk = { failures: 0, code: IOERR_FSYNC };
  const index = `${folder.database}-shm`;
  const failing = {
    get isOpen() {
      return db.isOpen;
    },
    get isTransaction() {
      return db.isTransaction;
    },
    exec(sql: string): void {
      if (sql !== "COMMIT" || disk.failures === 0) {
        db.exec(sql);
        return;
      }
      disk.failures -= 1;
      const error = Object.assign(new Error("disk I/O error"), { errcode: disk.code });
      // The last page, which has the mark, is not written then.
      if (disk.code !== IOERR_FSYNC) throw error;
      const header = readFileSync(index).subarray(0, HEADER_BYTES);
      db.exec(sql);
      writeFileSync(index, Buffer.concat([header, readFileSync(index).subarray(HEADER_BYTES)]), {
        flag: "r+",
      });
      throw error;
    },
  };
  const transactions = createTransactions(failing, folder);
  const log = createOwnerLog({
    db,
    colonyId: colonyId("c"),
    blobs: createFileBlobStore(folder.blobs),
    write: (body) => transactions.run(body),
  });
  return { db, disk, transactions, log };
}

const append = (agent: string, expectedVersion: number, text: string): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: [
    {
      type: "INPUT_RECEIVED",
      data: { inputId: inputId("in"), kind: "chat", mode: "queue", from: "user", text },
    },
  ],
  at: 1,
});

/** What whoever opens the folder would find, should this process be killed now. */
function foundAfterDeath(): readonly unknown[] {
  const grave = join(dir, `grave-${Math.random()}`);
  mkdirSync(grave);
  for (const ending of ["", "-wal"])
    copyFileSync(join(dir, "colony", `colony.db${ending}`), join(grave, `colony.db${ending}`));
  const db = new DatabaseSync(join(grave, "colony.db"));
  const rows = db.prepare("SELECT data ->> '$.text' AS text FROM events ORDER BY seq").all();
  db.close();
  return rows.map(({ text }) => text);
}

function end({ db, transactions }: Hurt): void {
  transactions.close();
  db.close();
}

// Elsewhere what is written into a file does not show where that is mapped into memory.
describe.skipIf(process.platform === "win32")("a commit that the disk fails to keep", () => {
  it("is written over at once, so that nothing of it is found after a kill either", async () => {
    const hurt = hurtable();
    await hurt.log.append(append("w-1", 0, "before"));
    hurt.disk.failures = 1;
    await expect(hurt.log.append(append("w-1", 1, "refused"))).rejects.toMatchObject({
      code: "log.write_failed",
      message: containing("disk I/O error; nothing was stored. The disk fails"),
      details: lacking({ inDoubt: true }),
    });
    expect(foundAfterDeath()).toEqual(["before"]);
    await hurt.log.append(append("w-1", 1, "again"));
    expect(foundAfterDeath()).toEqual(["before", "again"]);
    end(hurt);
  });

  it("is said to be in doubt while the disk takes nothing at all, and tried until it does", async () => {
    const hurt = hurtable();
    await hurt.log.append(append("w-1", 0, "before"));
    const inDoubt = {
      code: "log.write_failed",
      message: containing("cannot be told before the disk takes something again"),
      details: { inDoubt: true },
    };
    hurt.disk.failures = Infinity;
    await expect(hurt.log.append(append("w-1", 1, "refused"))).rejects.toMatchObject(inDoubt);
    await expect(hurt.log.append(append("w-1", 1, "refused"))).rejects.toMatchObject(inDoubt);
    vi.advanceTimersByTime(5_000);
    expect(vi.getTimerCount()).toBe(1);
    hurt.disk.failures = 0;
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(foundAfterDeath()).toEqual(["before"]);
    expect(await hurt.log.read({})).toHaveLength(1);
    end(hurt);
  });

  it("leaves a stream that goes on whichever of the two is found after a kill", async () => {
    const hurt = hurtable();
    await hurt.log.append(append("w-1", 0, "before"));
    hurt.disk.failures = 3;
    await expect(hurt.log.append(append("w-1", 1, "first"))).rejects.toMatchObject({
      details: { inDoubt: true },
    });
    await expect(hurt.log.append(append("w-1", 1, "second"))).rejects.toMatchObject({
      message: containing("nothing was stored"),
    });
    expect(foundAfterDeath()).toEqual(["before"]);
    await hurt.log.append(append("w-1", 1, "third"));
    expect((await hurt.log.read({})).map(({ version }) => version)).toEqual([1, 2]);
    expect(foundAfterDeath()).toEqual(["before", "third"]);
    end(hurt);
  });

  it("is tried once more when the connection is closed", async () => {
    const hurt = hurtable();
    hurt.disk.failures = 2;
    await expect(hurt.log.append(append("w-1", 0, "refused"))).rejects.toMatchObject({
      details: { inDoubt: true },
    });
    hurt.transactions.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(foundAfterDeath()).toEqual([]);
    hurt.db.close();
  });

  it.each(CUT_SHORT)("is not in doubt where %s", async (_why, code, words) => {
    const hurt = hurtable();
    Object.assign(hurt.disk, { failures: Infinity, code });
    await expect(hurt.log.append(append("w-1", 0, "refused"))).rejects.toMatchObject({
      message: containing(`nothing was stored. ${words}`),
    });
    expect(vi.getTimerCount()).toBe(0);
    expect(foundAfterDeath()).toEqual([]);
    end(hurt);
  });
});
