import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { agentId, colonyId, type Append } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openForWriting } from "./database.ts";
import { folderAt, prepareFolder } from "./folder.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { claimOwnership } from "./ownership.ts";
import { SCHEMA_VERSION, migrate } from "./schema.ts";

const containing = (words: string): unknown => expect.stringContaining(words);
const matching = (words: RegExp): unknown => expect.stringMatching(words);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-owner-"));
});
afterEach(() => rm(dir, { recursive: true }));

const opening = (agent: string): Append => ({
  agentId: agentId(agent),
  expectedVersion: 0,
  events: [{ type: "AGENT_OPENED", data: {} }],
  at: 1,
});

function inDatabase(sql: string): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.exec(sql);
  db.close();
}

it("a folder has one owner, also within one process, until it is closed", async () => {
  const first = await openSqliteStore({ dir, access: "owner" });
  await expect(openSqliteStore({ dir, access: "owner" })).rejects.toMatchObject({
    code: "colony.in_use",
    message: matching(
      new RegExp(
        String.raw`^this process \(${process.pid}\) has owned .*; close the colony there, or work beside it: openColonyReader\(.* openColonySender\(`,
        "u",
      ),
    ),
  });
  await first.close();
  await first.close();
  await (await openSqliteStore({ dir, access: "owner" })).close();
});

it("what a claim is made with is there with it, or neither of the two is", () => {
  const folder = folderAt(dir);
  prepareFolder(folder);
  const db = openForWriting(folder, "full");
  const claim = (settle: () => void) => claimOwnership(db, folder, { hostId: "h", takeover: false, settle });
  const tables = () => db.prepare("SELECT count(*) AS found FROM sqlite_schema").get()?.["found"];
  const broken = (): void => {
    migrate(db, folder.database);
    throw new Error("the disk is full");
  };
  expect(() => claim(broken)).toThrow("the disk is full");
  expect(tables()).toBe(0);
  expect(claim(() => migrate(db, folder.database)).holds()).toBe(true);
  expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: SCHEMA_VERSION });
  db.close();
});

it("a pid that was given to another process since does not count as the owner", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  inDatabase(
    `INSERT INTO owner SELECT 1, 'old', ${process.pid}, 'some other start', 'h', '${await hostname()}', 0`,
  );
  await (await openSqliteStore({ dir, access: "owner" })).close();
});

it("an owner on another machine is not taken over, unless that is said", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  inDatabase("INSERT INTO owner VALUES (1, 'other', 1, '', 'h', 'some-other-machine', 0)");
  await expect(openSqliteStore({ dir, access: "owner" })).rejects.toMatchObject({
    code: "colony.in_use",
    message: matching(/process 1 on the machine "some-other-machine".*`takeOver: true`/),
  });
  await (await openSqliteStore({ dir, access: "owner", takeover: true })).close();
});

it("an owner whose folder was taken over writes nothing more and leaves the new owner alone", async () => {
  const old = await openSqliteStore({ dir, access: "owner" });
  await old.log.append(opening("w-1"));
  await using next = await openSqliteStore({ dir, access: "owner", takeover: true });
  await expect(old.log.append(opening("w-2"))).rejects.toMatchObject({
    code: "log.write_failed",
    message: containing("has been taken over by another process"),
  });
  await expect(old.snapshots.save([], 1)).rejects.toMatchObject({ code: "log.write_failed" });
  await old.close();
  await next.log.append(opening("w-3"));
  expect(await next.log.read({})).toMatchObject([{ id: "w-1@1" }, { id: "w-3@1" }]);
  await expect(openSqliteStore({ dir, access: "owner" })).rejects.toMatchObject({ code: "colony.in_use" });
});

it("a new folder is made, hides itself from git, and keeps the colony's id", async () => {
  const inner = join(dir, "deep", "er");
  const first = await openSqliteStore({ dir: inner, access: "owner", colonyId: colonyId("mine") });
  await first.close();
  expect(await readFile(join(inner, ".gitignore"), "utf8")).toBe("*\n");
  await using again = await openSqliteStore({ dir: inner, access: "owner" });
  expect(again.log.colonyId).toBe("mine");
  await expect(
    openSqliteStore({ dir: inner, access: "reader", colonyId: colonyId("other") }),
  ).rejects.toMatchObject({
    code: "colony.folder_invalid",
    message: containing('it holds the colony "mine", not "other"'),
  });
});

it("a folder that holds other things is not hidden from git", async () => {
  await writeFile(join(dir, "package.json"), "{}");
  await (await openSqliteStore({ dir, access: "owner" })).close();
  await expect(readFile(join(dir, ".gitignore"))).rejects.toMatchObject({ code: "ENOENT" });
});

// Asked for all folders at once, Node never comes back from there.
it.skipIf(process.platform !== "linux")(
  "a folder that the system does not let be made is refused",
  async () => {
    await expect(openSqliteStore({ dir: "/proc/colony/below", access: "owner" })).rejects.toMatchObject({
      code: "colony.folder_invalid",
      message: containing("/proc/colony"),
    });
  },
);

it("what cannot be a colony folder is refused in words", async () => {
  const file = join(dir, "file");
  await writeFile(file, "just text");
  const noDatabase = join(dir, "no-database");
  await mkdir(noDatabase);
  await writeFile(join(noDatabase, "colony.db"), "this is no database ".repeat(100));
  const foreign = join(dir, "foreign");
  await mkdir(foreign);
  const db = new DatabaseSync(join(foreign, "colony.db"));
  db.exec("CREATE TABLE theirs (a)");
  db.close();
  const refused = async (path: string, words: string): Promise<void> => {
    for (const access of path.startsWith(file) ? (["owner"] as const) : (["owner", "reader"] as const))
      await expect(openSqliteStore({ dir: path, access })).rejects.toMatchObject({
        name: "ColonyError",
        code: "colony.folder_invalid",
        message: containing(words),
      });
  };
  await refused(file, "a file is in the way");
  await refused(join(file, "below"), "a file is in the way");
  await refused(noDatabase, "file is not a database");
  await refused(foreign, "the database of another program");
  for (const path of [noDatabase, foreign]) expect(await readdir(path)).toEqual(["colony.db"]);
  const blobless = join(dir, "blobless");
  await mkdir(blobless);
  await writeFile(join(blobless, "blobs"), "just text");
  await expect(openSqliteStore({ dir: blobless, access: "owner" })).rejects.toMatchObject({
    code: "colony.folder_invalid",
    message: containing("blobs: a file is in the way"),
  });
  expect(await readFile(file, "utf8")).toBe("just text");
});

it("readers do not make colonies", async () => {
  await expect(openSqliteStore({ dir, access: "reader" })).rejects.toMatchObject({
    code: "colony.not_found",
  });
  await expect(openSqliteStore({ dir: join(dir, "none"), access: "reader" })).rejects.toMatchObject({
    code: "colony.not_found",
  });
  inDatabase("PRAGMA user_version = 0");
  await expect(openSqliteStore({ dir, access: "reader" })).rejects.toMatchObject({
    code: "colony.not_found",
  });
});

async function hostname(): Promise<string> {
  return (await import("node:os")).hostname();
}
