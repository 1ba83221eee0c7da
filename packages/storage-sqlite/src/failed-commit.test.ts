import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  ColonyError,
  agentId,
  colonyId,
  correlationId,
  inputId,
  type Append,
  type EventLog,
} from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFileBlobStore } from "./file-blob-store.ts";
import { createOwnerLog } from "./owner-log.ts";
import { migrate } from "./schema.ts";

/** As many events as are filed together. */
const BATCH = 8_192;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-failed-commit-"));
});
afterEach(() => rm(dir, { recursive: true }));

const append = (agent: string, expectedVersion: number, correlation: string): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: [
    {
      type: "INPUT_RECEIVED",
      correlationId: correlationId(correlation),
      data: { inputId: inputId("in"), kind: "chat", mode: "queue", from: "user", text: agent },
    },
  ],
  at: 1,
});

/** A log whose transactions fail, once `disk.isFull`, when all but their commit has been done; and others like it, on the same database. */
function failing() {
  const db = new DatabaseSync(join(dir, "colony.db"));
  migrate(db, "colony.db");
  const disk = { isFull: false };
  const write = (body: () => void): void => {
    db.exec("BEGIN IMMEDIATE");
    try {
      body();
      if (disk.isFull) throw new ColonyError("log.write_failed", "the disk is full");
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  };
  const blobs = createFileBlobStore(join(dir, "blobs"));
  const open = (): EventLog => createOwnerLog({ db, colonyId: colonyId("c"), blobs, write });
  return { db, disk, open };
}

/** The versions that are found of an agent. */
async function versionsOf(log: EventLog, agent: string): Promise<readonly number[]> {
  const versions: number[] = [];
  for (let after = 0; ;) {
    const page = await log.read({ agentId: agentId(agent), after });
    versions.push(...page.map(({ version }) => version));
    const last = page.at(-1);
    if (last === undefined) return versions;
    after = last.seq;
  }
}

it("a commit that fails at its very end leaves nothing behind: what is stored afterwards is read as it was said", async () => {
  const { db, disk, open } = failing();
  const log = open();
  const refused = { status: "rejected", reason: { code: "log.write_failed" } };
  disk.isFull = true;
  expect(await Promise.allSettled([log.append(append("lost", 0, "of the lost"))])).toMatchObject([refused]);
  disk.isFull = false;
  await log.append(append("a", 0, "x"));
  await log.append(append("b", 0, "y"));
  disk.isFull = true;
  const group = [append("a", 1, "z"), append("new", 0, "w"), append("c", 0, "w")];
  expect(await Promise.allSettled(group.map((each) => log.append(each)))).toMatchObject(
    group.map(() => refused),
  );
  disk.isFull = false;
  await log.append(append("b", 1, "w"));
  await log.append(append("c", 0, "z"));
  await log.append(append("a", 1, "x"));
  for (const reader of [log, open()]) {
    const all = await reader.read({});
    expect(all.map(({ id, type, correlationId: correlation }) => [id, type, correlation])).toEqual([
      ["a@1", "INPUT_RECEIVED", "x"],
      ["b@1", "INPUT_RECEIVED", "y"],
      ["b@2", "INPUT_RECEIVED", "w"],
      ["c@1", "INPUT_RECEIVED", "z"],
      ["a@2", "INPUT_RECEIVED", "x"],
    ]);
    const versions = ["a", "b", "c", "lost", "new"].map((agent) => versionsOf(reader, agent));
    expect(await Promise.all(versions)).toEqual([[1, 2], [1, 2], [1], [], []]);
    const correlated = await reader.read({ correlationId: correlationId("w") });
    expect(correlated.map(({ id }) => id)).toEqual(["b@2"]);
  }
  await log.close();
  db.close();
});

it("a commit that fails where it files what is due takes nothing out of the register, and puts nothing into it", async () => {
  const { db, disk, open } = failing();
  const log = open();
  const versions = { a: 0, b: 0 };
  const next = async (agent: "a" | "b"): Promise<void> => {
    const expected = versions[agent];
    versions[agent] += 1;
    await log.append(append(agent, expected, "x"));
  };
  await Promise.all(Array.from({ length: BATCH - 2 }, (_, n) => next(n % 2 === 0 ? "a" : "b")));
  const before = { ...versions };
  disk.isFull = true;
  const outcomes = await Promise.allSettled([next("a"), next("b")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  Object.assign(versions, before);
  disk.isFull = false;
  await next("a");
  await next("b");
  await next("a");
  for (const reader of [log, open()])
    for (const agent of ["a", "b"] as const)
      expect(await versionsOf(reader, agent)).toEqual(
        Array.from({ length: versions[agent] }, (_, n) => n + 1),
      );
  await log.close();
  db.close();
});
