import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderAt, prepareFolder } from "./folder.ts";
import { liveOwnerOf } from "./live-owner.ts";
import { openSqliteSender } from "./open-sqlite-sender.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { isOwnerLockHeld, takeOwnerLock } from "./owner-lock.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

let dir: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-lock-"));
});
afterEach(async () => {
  await killed();
  await rm(dir, { recursive: true });
});

/** Another process that has the folder open. */
async function ownedByAnother(): Promise<void> {
  const index = JSON.stringify(new URL("index.ts", import.meta.url).href);
  const code = `import { openSqliteStore } from ${index};
    await openSqliteStore({ dir: ${JSON.stringify(dir)}, access: "owner" });
    process.stdout.write("open"); setInterval(() => undefined, 1_000);`;
  child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout !== null) await once(child.stdout, "data");
}

async function killed(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Rewrites the claim on the folder. */
function rewriteClaim(words: (claim: readonly string[]) => readonly string[], pid?: number): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  const token = String(db.prepare("SELECT token FROM owner").get()?.["token"]);
  db.prepare("UPDATE owner SET token = ?, pid = coalesce(?, pid)").run(
    words(token.split(" ")).join(" "),
    pid ?? null,
  );
  db.close();
}

function rename(machine: string): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.prepare("UPDATE owner SET hostname = ?").run(machine);
  db.close();
}

/** Nobody's here. */
const THEIR_PID = 4_194_305;

const open = async (): Promise<void> => await (await openSqliteStore({ dir, access: "owner" })).close();

it("one has the lock until it lets go, and whoever asks can tell", () => {
  const folder = folderAt(join(dir, "locked"));
  prepareFolder(folder);
  expect(isOwnerLockHeld(folder)).toBe(false);
  const lock = takeOwnerLock(folder);
  expect(isOwnerLockHeld(folder)).toBe(true);
  expect(takeOwnerLock(folder)).toBeUndefined();
  lock?.release();
  expect(isOwnerLockHeld(folder)).toBe(false);
  takeOwnerLock(folder)?.release();
});

// Elsewhere a machine has one count of its processes, and says nothing of its boot.
describe.skipIf(process.platform !== "linux")("on one machine", () => {
  it("an owner in another container is refused while it lives, whatever its pid is here, and taken over when it is dead", async () => {
    await ownedByAnother();
    rewriteClaim(([claim = "", file = ""]) => [claim, file, "7"], THEIR_PID);
    expect(liveOwnerOf(dir)).toMatchObject({ pid: THEIR_PID, life: "alive" });
    await expect(open()).rejects.toMatchObject({
      code: "colony.in_use",
      message: matching(/^process 4194305 in another container \(".*"\) has owned .*work beside it/u),
      details: { container: true },
    });
    await killed();
    expect(liveOwnerOf(dir)).toBeUndefined();
    await open();
  });

  it("an owner under another hostname is told by its process", async () => {
    await ownedByAnother();
    rename("container-a1b2");
    expect(liveOwnerOf(dir)).toMatchObject({ pid: child?.pid, life: "alive" });
    await expect(open()).rejects.toMatchObject({ message: matching(/^process \d+ has owned/u) });
    await using sender = await openSqliteSender({ dir });
    await sender.post(() => ({ id: "letter", body: "{}" }));
    expect(sender.waits("letter")).toBe(true);
    await killed();
    expect(liveOwnerOf(dir)).toBeUndefined();
    await open();
  });

  it("an owner of an earlier release under another hostname is not taken over", async () => {
    await ownedByAnother();
    await killed();
    rewriteClaim((claim) => claim.slice(0, 2));
    rename("container-a1b2");
    expect(liveOwnerOf(dir)).toMatchObject({ life: "unknown" });
    await expect(open()).rejects.toMatchObject({ message: matching(/nobody can tell whether it lives/u) });
    rename(hostname());
    await open();
  });

  it("whether the owner of what this is a copy of lives in another container nobody can tell", async () => {
    await ownedByAnother();
    await killed();
    rewriteClaim(([claim = ""]) => [claim, "0:0", "7"], THEIR_PID);
    expect(liveOwnerOf(dir)).toMatchObject({ life: "unknown" });
    await expect(open()).rejects.toMatchObject({ details: { elsewhere: true } });
    await (await openSqliteStore({ dir, access: "owner", takeover: true })).close();
  });
});
