import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { agentId, type ColonyEvent } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore } from "./open-sqlite-store.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);
const including = (members: object): unknown => expect.objectContaining(members);

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-process-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  await rm(dir, { recursive: true });
});

/** A process of its own that runs some lines with `openSqliteStore`, `dir` and `say`; its lines come back. */
function run(code: string): { readonly child: ChildProcess; readonly lines: AsyncIterable<string> } {
  const prelude = `
    import { openSqliteStore } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    const dir = ${JSON.stringify(dir)};
    const say = (line) => process.stdout.write(line + "\\n");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", prelude + code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

async function firstLine(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) return line;
  return undefined;
}

const OPEN_AND_SAY = `
  const store = await openSqliteStore({ dir, access: "owner" }).catch((error) => error);
  say("log" in store ? "won" : store.code);
`;

/** Appends small and large events for many agents for ever, and says of each append that was acknowledged. */
const APPEND_FOR_EVER = `
  const store = await openSqliteStore({ dir, access: "owner" });
  const event = (text) => ({
    type: "INPUT_RECEIVED",
    data: { inputId: "in", kind: "chat", mode: "queue", from: "user", text },
  });
  const work = async (agentId) => {
    for (let version = 0; ; version += 2) {
      const events = [event(String(version)), event("x".repeat(version % 20 === 0 ? 100_000 : 100))];
      await store.log.append({ agentId, expectedVersion: version, events, at: 1 });
      say(agentId + " " + (version + 2));
    }
  };
  for (let index = 0; index < 10; index += 1) void work("w-" + index);
`;

/** Appends so much at once that every other commit files events in the register. */
const FILL_FOR_EVER = `
  const store = await openSqliteStore({ dir, access: "owner" });
  const events = Array.from({ length: 250 }, () => ({ type: "AGENT_OPENED", data: {} }));
  const work = async (agentId) => {
    for (let version = 0; ; version += events.length) {
      await store.log.append({ agentId, expectedVersion: version, events, at: 1 });
      say(agentId + " " + (version + events.length));
    }
  };
  for (let index = 0; index < 10; index += 1) void work("w-" + index);
`;

it.each([11, 34, 67, 95])(
  "after kill -9 among commits that file events, %i said, each agent's stream is found whole and goes on",
  async (enough) => {
    const { child, lines } = run(FILL_FOR_EVER);
    const acknowledged = new Map<string, number>();
    let count = 0;
    for await (const line of lines) {
      const [agent = "", version] = line.split(" ");
      acknowledged.set(agent, Number(version));
      count += 1;
      if (count === enough) child.kill("SIGKILL");
    }
    expect(acknowledged.size).toBe(10);
    for (const access of ["reader", "owner"] as const) {
      await using store = await openSqliteStore({ dir, access });
      for (const [agent, version] of acknowledged) {
        const id = agentId(agent);
        const stream = await store.log.read({ agentId: id, limit: 100_000 });
        expect(stream.length).toBeGreaterThanOrEqual(version);
        expect(stream.map((event) => event.version)).toEqual(stream.map((_, index) => index + 1));
        const append = {
          agentId: id,
          expectedVersion: stream.length,
          events: [{ type: "AGENT_OPENED" as const, data: {} }],
          at: 1,
        };
        const more = access === "owner" ? await store.log.append(append) : [];
        expect(more).toHaveLength(access === "owner" ? 1 : 0);
      }
    }
  },
);

it("an owner that is killed while it brings a long log of an earlier release up to date leaves one that the next can", async () => {
  const path = join(dir, "colony.db");
  const old = new DatabaseSync(path);
  old.exec(readFileSync(new URL("fixtures/colony-2.sql", import.meta.url), "utf8"));
  old.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    INSERT INTO events SELECT 9 + i, 100 + i % 7, 1 + (i - 1) / 7, 4, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL, 0 FROM n`);
  old.exec("INSERT INTO names SELECT DISTINCT agent, 'x-' || agent FROM events WHERE agent >= 100");
  old.close();
  const filed: number[] = [];
  for (let number = 0; number < 5; number += 1) {
    const { child, lines } = run(`say("opening"); ${OPEN_AND_SAY} await new Promise(() => undefined)`);
    await firstLine(lines);
    await sleep(number * 15);
    child.kill("SIGKILL");
    await once(child, "exit");
    const db = new DatabaseSync(path);
    expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    filed.push(
      Number(db.prepare("SELECT value FROM meta WHERE key = 'registered_to'").get()?.["value"] ?? 0),
    );
    db.close();
  }
  expect(filed).toEqual(filed.toSorted((a, b) => a - b));
  await using store = await openSqliteStore({ dir, access: "owner" });
  expect((await store.log.read({ agentId: agentId("w-2") })).map(({ version }) => version)).toEqual([
    1, 2, 3,
  ]);
  const append = { expectedVersion: 14_286, events: [{ type: "AGENT_OPENED" as const, data: {} }], at: 1 };
  await expect(store.log.append({ ...append, agentId: agentId("x-101") })).resolves.toMatchObject([
    { version: 14_287 },
  ]);
});

it.each([40, 150, 400])(
  "after kill -9 among appends, %i said, every acknowledged one is there",
  async (enough) => {
    const { child, lines } = run(APPEND_FOR_EVER);
    const acknowledged = new Map<string, number>();
    let count = 0;
    for await (const line of lines) {
      const [agent = "", version] = line.split(" ");
      acknowledged.set(agent, Number(version));
      count += 1;
      if (count === enough) child.kill("SIGKILL");
    }
    expect(count).toBeGreaterThanOrEqual(enough);
    if (child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");

    await using store = await openSqliteStore({ dir, access: "owner" });
    const all: ColonyEvent[] = [];
    for (let after = 0; ; after = all.at(-1)?.seq ?? 0) {
      const page = await store.log.read({ after });
      all.push(...page);
      if (page.length < 1_000) break;
    }
    for (const [agent, version] of acknowledged) {
      const versions = all.filter((event) => event.agentId === agent).map((event) => event.version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      expect(versions.length).toBeGreaterThanOrEqual(version);
      expect(versions.length % 2).toBe(0);
    }
    expect(store.log.head()).toBe(all.at(-1)?.seq);
  },
);

it("of processes that race for a new folder exactly one wins, the others hear who has it", async () => {
  const start = "process.stdin.once('data', async () => {" + OPEN_AND_SAY + "}); say('ready');";
  const racers = Array.from({ length: 4 }, () => run(start));
  const iterators = racers.map(({ lines }) => lines[Symbol.asyncIterator]());
  for (const lines of iterators) expect(await lines.next()).toMatchObject({ value: "ready" });
  for (const { child } of racers) child.stdin?.write("go\n");
  const said = await Promise.all(
    iterators.map(async (lines): Promise<unknown> => (await lines.next()).value),
  );
  expect(said.filter((word) => word === "won")).toHaveLength(1);
  expect(said.filter((word) => word === "colony.in_use")).toHaveLength(3);
});

it("a live owner is named with its pid and since when, and keeps the folder", async () => {
  const { child, lines } = run(`${OPEN_AND_SAY} setInterval(() => undefined, 1_000);`);
  expect(await firstLine(lines)).toBe("won");
  const refused = including({
    code: "colony.in_use",
    message: matching(new RegExp(`^process ${child.pid} has owned .* since 20\\d\\d-.*; close the colony`)),
    details: including({ pid: child.pid }),
  });
  await expect(openSqliteStore({ dir, access: "owner" })).rejects.toEqual(refused);
});

it("a dead owner is taken over at once", async () => {
  const { child, lines } = run(`${OPEN_AND_SAY} setInterval(() => undefined, 1_000);`);
  expect(await firstLine(lines)).toBe("won");
  child.kill("SIGKILL");
  await once(child, "exit");
  await using store = await openSqliteStore({ dir, access: "owner" });
  expect(await store.log.read({ agentId: agentId("w-1") })).toEqual([]);
});

it("a reader sees what an owner in another process appends", async () => {
  const { lines } = run(`
    const store = await openSqliteStore({ dir, access: "owner" });
    const append = (agentId) => store.log.append({
      agentId, expectedVersion: 0, events: [{ type: "AGENT_OPENED", data: {} }], at: 1,
    });
    await append("w-1");
    say("ready");
    process.stdin.once("data", () => void append("w-2"));
  `);
  expect(await firstLine(lines)).toBe("ready");
  await using store = await openSqliteStore({ dir, access: "reader" });
  expect(await store.log.read({})).toMatchObject([{ id: "w-1@1" }]);
  const told = new Promise<readonly ColonyEvent[]>((resolve) => store.log.onAppended(resolve));
  children[0]?.stdin?.write("go\n");
  expect(await told).toMatchObject([{ id: "w-2@1", seq: 2 }]);
  expect(store.log.head()).toBe(2);
});
