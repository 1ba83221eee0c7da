import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "node:sqlite";
import { SILENT_LOGGER, agentId, type ColonyEvent } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonyReader, type ColonyReader } from "../reader.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);
const overseer = agentId("overseer");

let root: string;
let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-broken-"));
  dir = join(root, ".colony");
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  await rm(root, { recursive: true });
});

const open = async (folder = dir): Promise<Colony> => {
  const model = createScriptedModel((_request, index) => ({ text: `answer ${index}` }));
  return await openColony({
    dir: folder,
    logger: SILENT_LOGGER,
    overseer: { model },
    workers: { helper: defineWorker({ model }) },
  });
};

const eventsOf = async (source: Pick<Colony | ColonyReader, "feed" | "head">): Promise<ColonyEvent[]> => {
  const events: ColonyEvent[] = [];
  for await (const event of source.feed({ until: source.head() })) events.push(event);
  return events;
};
const said = async (colony: Colony): Promise<readonly string[]> =>
  (await eventsOf(colony)).flatMap((event) => (event.type === "INPUT_RECEIVED" ? [event.data.text] : []));
const faults = async (colony: Colony): Promise<readonly unknown[]> =>
  (await eventsOf(colony)).flatMap((event) => (event.type === "STORAGE_FAILED" ? [event.data] : []));

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

/** A process of its own that has the colony open and stays; what it says comes back line by line. */
function host(code: string): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const prelude = `
    import { openColony } from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    const say = (line) => process.stdout.write(line + "\\n");
    const outcome = async (work) => {
      try { await work(); return "ok"; } catch (error) { return error.code + ": " + error.message; }
    };
    const model = createScriptedModel((request, index) => ({ text: "answer " + index }));
    const quiet = () => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => logger };
    const colony = await openColony({ dir: ${JSON.stringify(dir)}, logger, overseer: { model } });
    setInterval(() => undefined, 1_000);
    const commands = process.stdin[Symbol.asyncIterator]();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", prelude + code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("while a colony is open", () => {
  it("its write-ahead log is removed: nothing that was accepted is lost, also when it is killed then", async () => {
    const { child, lines } = host(`
      await (await colony.inject("one")).reply();
      say("answered");
      await commands.next();
      await (await colony.inject("two")).reply();
      say("answered");
    `);
    expect((await lines.next()).value).toBe("answered");
    await rm(join(dir, "colony.db-wal"));
    child.stdin?.write("go\n");
    expect((await lines.next()).value).toBe("answered");
    await killed(child);
    await using colony = await open();
    expect(await said(colony)).toEqual(["one", "two"]);
    expect(await (await colony.inject("three")).reply()).toBe("answer 0");
  });

  it("and looked at, a write-ahead log that is removed is said to be, and made anew when nobody looks", async () => {
    await using colony = await open();
    await (await colony.inject("one")).reply();
    const reader = await openColonyReader({ dir });
    await rm(join(dir, "colony.db-wal"));
    await expect(colony.inject("two")).rejects.toMatchObject({
      code: "log.write_failed",
      message: matching(/colony\.db-wal was removed while.*; nothing was stored\. End the processes that/),
    });
    await reader.close();
    expect(await (await colony.inject("three")).reply()).toBe("answer 1");
    expect(await faults(colony)).toMatchObject([{ code: "log.write_failed" }]);
    await using later = await openColonyReader({ dir });
    expect(await eventsOf(later)).toEqual(await eventsOf(colony));
  });

  it("its folder is taken away: nothing is accepted into nowhere, and it goes on when that is put back", async () => {
    await using colony = await open();
    await (await colony.inject("one")).reply();
    await rename(dir, `${dir}-away`);
    await expect(colony.inject("two")).rejects.toMatchObject({
      code: "log.gone",
      message: matching(/colony\.db was removed or replaced.*; nothing was stored\. Put it back, or close/),
    });
    expect(await colony.overseer.conversation()).toHaveLength(2);
    await rename(`${dir}-away`, dir);
    expect(await (await colony.inject("three")).reply()).toBe("answer 1");
    expect(await said(colony)).toEqual(["one", "three"]);
    expect(await faults(colony)).toMatchObject([{ code: "log.gone" }]);
  });

  it("its folder is deleted for good: closing says that its end is not stored, and lets go", async () => {
    const colony = await open();
    await rm(dir, { recursive: true });
    await expect(colony.inject("one")).rejects.toMatchObject({ code: "log.gone" });
    await expect(colony.close()).rejects.toMatchObject({ code: "log.gone" });
    await using next = await open();
    expect(await (await next.inject("two")).reply()).toBe("answer 0");
  });

  it.skipIf(process.platform !== "linux")(
    "a write fails with an I/O error: it is refused in words, and the next one goes on",
    async () => {
      const { child, lines } = host(`
      await (await colony.inject("one")).reply();
      say("answered");
      await commands.next();
      say(await outcome(() => colony.inject("two")));
      await commands.next();
      say(await (await colony.inject("three")).reply());
    `);
      expect((await lines.next()).value).toBe("answered");
      const { size } = await stat(join(dir, "colony.db-wal"));
      limitFileSize(child, String(size));
      child.stdin?.write("go\n");
      expect((await lines.next()).value).toMatch(
        /^log\.write_failed: .*colony\.db could not be written: disk I\/O error; nothing was stored\. The disk fails/,
      );
      limitFileSize(child, "unlimited");
      child.stdin?.write("go\n");
      expect((await lines.next()).value).toBe("answer 1");
      await killed(child);
      await using colony = await open();
      expect(await said(colony)).toEqual(["one", "three"]);
      expect(await faults(colony)).toMatchObject([{ code: "log.write_failed" }]);
    },
  );

  it("a body vanishes from its folder: who has it is told so, everything else works on", async () => {
    const long = "x".repeat(100_000);
    {
      await using colony = await open();
      await (await colony.inject("one")).reply();
      const worker = await colony.spawn("helper", { task: long, name: "Digger" });
      await worker.report();
    }
    await using colony = await open();
    for (const folder of await readdir(join(dir, "blobs")))
      await rm(join(dir, "blobs", folder), { recursive: true });
    const missing = { code: "log.corrupt", message: matching(/^event \d+ cannot be read: the body/) };
    await expect(colony.agent("Digger").conversation()).rejects.toMatchObject(missing);
    await expect(colony.blob("0".repeat(64))).rejects.toMatchObject({ code: "blob.missing" });
    expect(await (await colony.inject("two")).reply()).toBe("answer 0");
    expect(await colony.overseer.conversation()).toHaveLength(4);
    await using reader = await openColonyReader({ dir });
    expect(await eventsOf(reader)).toHaveLength(colony.head() - reader.damages().length);
    expect(reader.damages().length).toBeGreaterThan(0);
    for (const damage of reader.damages())
      expect(damage).toMatch(
        /^event \d+ cannot be read: the body "[0-9a-f]{64}" in [^;]* \(ENOENT.*\); restore the colony folder from a backup$/,
      );
  });
});

/** Sets limits of a process that runs: part of every Linux. */
const LIMITER = "prlimit";

/** Writes beyond this size of a file fail from now on, as they do on a disk that has an error there. */
function limitFileSize({ pid }: ChildProcess, size: string): void {
  execFileSync(LIMITER, ["--pid", String(pid), `--fsize=${size}:unlimited`]);
}

describe("between two hosts", () => {
  /** A colony with two answers, whose process is killed; all of it still stands in the write-ahead log. */
  async function killedColony(): Promise<void> {
    const { child, lines } = host(`
      await (await colony.inject("one")).reply();
      await (await colony.inject("two")).reply();
      say("answered");
    `);
    expect((await lines.next()).value).toBe("answered");
    await killed(child);
  }

  it("the write-ahead log is removed: the loss is seen and named, and nothing goes on as if it were new", async () => {
    await killedColony();
    await rename(join(dir, "colony.db-wal"), join(root, "wal"));
    await rm(join(dir, "colony.db-shm"));
    const incomplete = {
      code: "log.incomplete",
      message: matching(
        /ends at event 0 and had come to \d+: its newest events are missing\. Put colony\.db-wal back/,
      ),
    };
    await expect(open()).rejects.toMatchObject(incomplete);
    await expect(openColonyReader({ dir })).rejects.toMatchObject(incomplete);
    await rename(join(root, "wal"), join(dir, "colony.db-wal"));
    await using colony = await open();
    expect(await said(colony)).toEqual(["one", "two"]);
  });

  it("an older database is put in its place: that is seen, and a person can decide to go on with it", async () => {
    await (await open()).close();
    const older = await readFile(join(dir, "colony.db"));
    await killedColony();
    await rm(join(dir, "colony.db-wal"));
    await rm(join(dir, "colony.db-shm"));
    await writeFile(join(dir, "colony.db"), older);
    await expect(open()).rejects.toMatchObject({ code: "log.incomplete" });
    {
      await using reader = await openColonyReader({ dir });
      expect(reader.head()).toBe(3);
    }
    await rm(join(dir, "colony.head"));
    await using colony = await open();
    expect(await (await colony.inject("three")).reply()).toBe("answer 0");
  });

  it("the folder is copied while it is in use: the copy is known as one, and opens once the original is left", async () => {
    const { child, lines } = host(`
      await (await colony.inject("one")).reply();
      say("answered");
    `);
    expect((await lines.next()).value).toBe("answered");
    const copy = join(root, "copy");
    await cp(dir, copy, { recursive: true });
    await expect(open(copy)).rejects.toMatchObject({
      code: "colony.in_use",
      message: matching(
        new RegExp(`copy is a copy that was made while process ${child.pid} had the original open`),
      ),
      details: { pid: child.pid, copy: true },
    });
    await killed(child);
    await using colony = await open(copy);
    expect(await said(colony)).toEqual(["one"]);
    expect(await (await colony.inject("two")).reply()).toBe("answer 0");
  });
});

describe("a colony on whose disk", () => {
  const PAGE = 4_096;
  /** A colony of forty answers that was closed, and the number of its pages. */
  async function longColony(): Promise<{
    readonly whole: Buffer;
    readonly pages: number;
    readonly head: number;
  }> {
    let head = 0;
    {
      await using colony = await open();
      for (let index = 0; index < 40; index += 1)
        await (await colony.inject(`message ${index}${" ".repeat(500)}`)).reply();
      head = colony.head() + 1;
    }
    const whole = await readFile(join(dir, "colony.db"));
    return { whole, pages: whole.length / PAGE, head };
  }

  const DAMAGES: Readonly<Record<string, (page: Buffer) => void>> = {
    "has a flipped bit": (page) => page.writeUInt8(page.readUInt8(2_000) ^ 0x10, 2_000),
    "is torn": (page) => page.fill(0, PAGE / 2),
    "holds something else": (page) => page.fill("other "),
  };

  it.each(Object.entries(DAMAGES))(
    "any one page %s is read as far as it can be, or refused with a code; no event is ever made up",
    async (_how, damage) => {
      const { whole, pages, head } = await longColony();
      const truth = new Map<number, string>();
      {
        await using reader = await openColonyReader({ dir });
        for (const event of await eventsOf(reader)) truth.set(event.seq, JSON.stringify(event));
      }
      expect(truth.size).toBe(head);
      const codes = new Set<unknown>();
      let passedOver = 0;
      for (let page = 0; page < pages; page += 1) {
        const damaged = Buffer.from(whole);
        damage(damaged.subarray(page * PAGE, (page + 1) * PAGE));
        await writeFile(join(dir, "colony.db"), damaged);
        try {
          await using reader = await openColonyReader({ dir });
          const events = await eventsOf(reader);
          for (const event of events) expect(JSON.stringify(event)).toBe(truth.get(event.seq));
          expect(events.length + reader.damages().length).toBeGreaterThan(0);
          passedOver += reader.damages().length;
          await reader.conversation(overseer);
        } catch (error) {
          codes.add(error instanceof Error && "code" in error ? error.code : error);
        }
      }
      expect(passedOver).toBeGreaterThan(0);
      for (const code of codes)
        expect(["log.corrupt", "colony.folder_invalid", "log.incomplete"]).toContain(code);
    },
  );

  it("an event is damaged that its state stands on is refused, and the others can be read", async () => {
    const { head } = await longColony();
    const db = new DatabaseSync(join(dir, "colony.db"));
    db.exec("UPDATE events SET data = replace(data, 'message 7', 'massage 7')");
    db.exec("DELETE FROM snapshots");
    db.close();
    const named = matching(
      /^event \d+ cannot be read: its checksum does not fit.*restore the colony folder from a/,
    );
    await expect(open()).rejects.toMatchObject({ code: "log.corrupt", message: named });
    await using reader = await openColonyReader({ dir });
    expect((await reader.conversation(overseer)).length).toBeGreaterThan(76);
    expect(await eventsOf(reader)).toHaveLength(head - 2);
    expect(reader.damages()).toHaveLength(2);
    expect(reader.damages()[0]).toEqual(named);
  });

  it("the colony's own name is lost is refused, and not given another one", async () => {
    await longColony();
    const db = new DatabaseSync(join(dir, "colony.db"));
    db.exec("DELETE FROM meta WHERE key = 'colony_id'");
    db.close();
    await expect(open()).rejects.toMatchObject({ code: "log.corrupt" });
    await expect(openColonyReader({ dir })).rejects.toMatchObject({ code: "log.corrupt" });
  });

  it("nobody may write is refused in words, and can be read", async () => {
    await (await open()).close();
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    await chmod(root, 0o755);
    for (const file of await readdir(dir)) await chmod(join(dir, file), 0o555);
    await chmod(dir, 0o555);
    const code = `
      const { openColony, openColonyReader } = await import(${JSON.stringify(new URL("../index.ts", import.meta.url).href)});
      const { createScriptedModel } = await import(${moduleOf("@colony/testkit")});
      const dir = ${JSON.stringify(dir)};
      const overseer = { model: createScriptedModel([{ text: "hello" }]) };
      const refused = await openColony({ dir, overseer }).catch(({ code, message }) => code + ": " + message);
      await using reader = await openColonyReader({ dir });
      process.stdout.write(JSON.stringify({ refused, head: reader.head() }));
    `;
    const told = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
      ...nobody,
      cwd: root,
    });
    expect(JSON.parse(told.toString())).toEqual({
      refused: matching(/^colony\.folder_invalid: .* it cannot be written to: EACCES: /),
      head: 3,
    });
    await chmod(dir, 0o755);
  });
});
