import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { agentId, type Append, type ColonyEvent } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore, type SqliteStore } from "./open-sqlite-store.ts";

const containing = (words: string): unknown => expect.stringContaining(words);
const matching = (words: RegExp): unknown => expect.stringMatching(words);

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-shared-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  await rm(dir, { recursive: true });
});

/** A process of its own: SQLite has all connections of one process share what they have open, whatever lies in the folder. */
function run(code: string): { readonly child: ChildProcess; readonly next: () => Promise<string> } {
  const prelude = `
    import { openSqliteSender, openSqliteStore } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { DatabaseSync } from "node:sqlite";
    const dir = ${JSON.stringify(dir)};
    const say = (line) => process.stdout.write(line + "\\n");
    const open = openSqliteSender;
    const send = (sender, id) => sender.post(() => ({ id, body: "{}" })).then(() => "kept", (e) => e.code + ": " + e.message);
    const commands = process.stdin[Symbol.asyncIterator]();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", prelude + code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, next: async () => String((await lines.next()).value) };
}

const SEND = (id: string): string => `
  const sender = await open({ dir }).catch((error) => void say(error.code + ": " + error.message));
  if (sender !== undefined) {
    say(await send(sender, ${JSON.stringify(id)}));
    await sender.close();
  }
`;

/** Opens before, sends after. */
const SEND_LATER = `
  const sender = await open({ dir });
  say("open");
  await commands.next();
  say(await send(sender, "late"));
  await commands.next();
  await sender.close();
  process.exit();
`;

const append = (version: number): Append => ({
  agentId: agentId("w-1"),
  expectedVersion: version,
  events: [{ type: "AGENT_OPENED", data: {} }],
  at: 1,
});

const remove = (endings: readonly string[]): Promise<unknown> =>
  Promise.all(endings.map((ending) => rm(join(dir, `colony.db-${ending}`))));
const idsIn = (store: SqliteStore): readonly string[] => store.letters?.waiting().map(({ id }) => id) ?? [];
const eventsIn = (store: SqliteStore): Promise<readonly ColonyEvent[]> => store.log.read({});

const REMOVALS = [[["shm"]], [["wal"]], [["shm", "wal"]]] as const;

describe.each(REMOVALS)("%j is removed under an owner", { timeout: 30_000 }, (removed) => {
  it.each(["full", "normal"] as const)(
    "what others send is kept, and so is what it appends (%s)",
    async (synchronous) => {
      const owner = await openSqliteStore({ dir, access: "owner", synchronous });
      await owner.log.append(append(0));
      owner.letters?.onPosted(() => undefined);
      await remove(removed);
      expect(await run(SEND("a")).next()).toBe("kept");
      await remove(removed);
      await owner.log.append(append(1));
      expect(await run(SEND("b")).next()).toBe("kept");
      expect(idsIn(owner)).toEqual(["a", "b"]);
      await owner.log.append(append(2));
      await remove(removed);
      await owner.close();
      await using next = await openSqliteStore({ dir, access: "owner" });
      expect(idsIn(next)).toEqual(["a", "b"]);
      expect(await eventsIn(next)).toHaveLength(3);
    },
  );

  it("nobody who comes is told that something is kept while it does nothing about that", async () => {
    await using owner = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
    await owner.log.append(append(0));
    await remove(removed);
    const apart = matching(
      new RegExp(`^log.gone: .*db-${removed[0]}.* (was|were) removed while process ${process.pid} has`, "u"),
    );
    const sends = run(SEND("a"));
    const opens = (access: string) =>
      run(`await openSqliteStore({ dir, access: "${access}" }).catch((e) => say(e.code + ": " + e.message))`);
    const [reads, owns] = [opens("reader"), opens("owner")];
    expect([await sends.next(), await reads.next(), await owns.next()]).toEqual([apart, apart, apart]);
    await owner.log.append(append(1));
    expect(await run(SEND("b")).next()).toBe("kept");
    expect(idsIn(owner)).toEqual(["b"]);
  });

  it("who has it open then is told so, and all goes on when it has closed", async () => {
    await using owner = await openSqliteStore({ dir, access: "owner" });
    await owner.log.append(append(0));
    const { child, next } = run(SEND_LATER);
    expect(await next()).toBe("open");
    await remove(removed);
    await expect(owner.log.append(append(1))).rejects.toMatchObject({
      code: "log.write_failed",
      message: matching(
        /removed while this colony had it open; nothing was stored\. End the processes that read/,
      ),
    });
    child.stdin?.write("send\n");
    expect(await next()).toMatch(/^log\.gone: .* while this sender had it open; nothing was stored\. Close/);
    child.stdin?.write("close\n");
    await once(child, "exit");
    await owner.log.append(append(1));
    expect(await run(SEND("b")).next()).toBe("kept");
    expect(idsIn(owner)).toEqual(["b"]);
  });
});

it("what another program has written unseen is not written over, and found by the next owner", async () => {
  const owner = await openSqliteStore({ dir, access: "owner" });
  await owner.log.append(append(0));
  await remove(["shm"]);
  const { child } = run(`
    const db = new DatabaseSync(dir + "/colony.db");
    db.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    db.close();
    process.exit();
  `);
  await once(child, "exit");
  for (const version of [1, 1])
    await expect(owner.log.append(append(version))).rejects.toMatchObject({
      code: "log.gone",
      message: matching(
        /db-shm was removed.*another program has written.*nothing was stored\. Close this colony/,
      ),
    });
  await owner.close();
  expect(existsSync(join(dir, "colony.files"))).toBe(false);
  await using next = await openSqliteStore({ dir, access: "owner" });
  expect(await eventsIn(next)).toHaveLength(1);
  const db = new DatabaseSync(join(dir, "colony.db"));
  expect(db.prepare("SELECT a FROM theirs").all()).toEqual([{ a: 1 }]);
  expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  db.close();
});

it("a sender on files that were removed keeps nothing while nobody owns the folder", async () => {
  await (await openSqliteStore({ dir, access: "owner" })).close();
  const { child, next } = run(SEND_LATER);
  expect(await next()).toBe("open");
  await remove(["shm"]);
  expect(await run(SEND("other")).next()).toBe("kept");
  child.stdin?.write("send\n");
  expect(await next()).toEqual(containing("nothing was stored"));
  child.kill("SIGKILL");
  await using owner = await openSqliteStore({ dir, access: "owner" });
  expect(idsIn(owner)).toEqual(["other"]);
});

it("what a killed owner said of its files hinders nobody", async () => {
  const { child, next } = run(`
    const store = await openSqliteStore({ dir, access: "owner" });
    await store.log.append(${JSON.stringify(append(0))});
    say("open");
    await commands.next();
  `);
  expect(await next()).toBe("open");
  child.kill("SIGKILL");
  await once(child, "exit");
  await remove(["shm"]);
  expect(await run(SEND("a")).next()).toBe("kept");
  await using owner = await openSqliteStore({ dir, access: "owner" });
  expect(idsIn(owner)).toEqual(["a"]);
  expect(await eventsIn(owner)).toHaveLength(1);
});
