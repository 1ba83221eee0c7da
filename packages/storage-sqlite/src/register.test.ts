import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import {
  agentId,
  colonyId,
  correlationId,
  executionIdOf,
  inputId,
  NO_USAGE,
  recipientOf,
  type AgentId,
  type ColonyEvent,
  type EventLog,
  type LogRead,
  type NewEvent,
  type Report,
} from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore } from "./open-sqlite-store.ts";

const OVERSEER = agentId("overseer");
const WORKERS = Array.from({ length: 40 }, (_, number) => agentId(`w-${number}`));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-register-"));
});
afterEach(() => rm(dir, { recursive: true }));

function input(text: string): NewEvent {
  const data = { inputId: inputId(`in-${text}`), kind: "chat", mode: "queue", from: "user", text } as const;
  return { type: "INPUT_RECEIVED", data };
}

/** Mail for the overseer. */
function report(worker: AgentId): NewEvent {
  const data: Report = {
    workerId: worker,
    colonyId: colonyId("registered"),
    parentId: OVERSEER,
    definitionId: "reader",
    name: null,
    label: null,
    task: "look",
    status: "success",
    cause: "finished",
    summary: "done",
    data: null,
    error: null,
    durationMs: 1,
    usage: NO_USAGE,
    toolCalls: 0,
    artifacts: [],
    explicit: true,
    batch: null,
  };
  return { type: "SUBAGENT_REPORT", data };
}

/** What each of some workers records in one round: inputs, mail for the overseer, and what the overseer's execution did. */
function eventsOf(worker: AgentId, round: number): readonly NewEvent[] {
  const envelope = { executionId: executionIdOf(worker, 1), correlationId: correlationId(`in-${round % 3}`) };
  return [
    { ...input(`${worker} ${round}`), ...envelope },
    { type: "AGENT_OPENED", data: {}, ...(round === 0 ? { executionId: executionIdOf(OVERSEER, 1) } : {}) },
    ...(round % 10 === 9 ? [{ ...report(worker), ...envelope }] : []),
  ];
}

/** Lets each worker go through some rounds. */
async function work(log: EventLog, from: number, rounds: number): Promise<void> {
  const at = 1_750_000_000_000;
  const versions = new Map<AgentId, number>();
  for (const worker of WORKERS) {
    const before = await log.read({ agentId: worker, limit: 100_000 });
    versions.set(worker, before.length);
  }
  for (let round = from; round < from + rounds; round += 1)
    await Promise.all(
      WORKERS.map((agent) => {
        const expectedVersion = versions.get(agent) ?? 0;
        const events = eventsOf(agent, round);
        versions.set(agent, expectedVersion + events.length);
        return log.append({ agentId: agent, expectedVersion, events, at });
      }),
    );
}

const READS: readonly (readonly [string, LogRead])[] = [
  ["of one agent", { agentId: agentId("w-7") }],
  ["of one agent after a place", { agentId: agentId("w-7"), after: 3_000 }],
  ["of one agent, some types", { agentId: agentId("w-7"), types: ["SUBAGENT_REPORT"] }],
  ["that concern one that has only mail", { concerning: OVERSEER }],
  ["that concern one, and are of another", { concerning: OVERSEER, agentId: agentId("w-3") }],
  ["of one type", { types: ["SUBAGENT_REPORT"] }],
  ["of two types", { types: ["SUBAGENT_REPORT", "AGENT_OPENED"] }],
  ["of a type that nobody has recorded", { types: ["COLONY_CLOSED"] }],
  ["of an execution", { executionId: executionIdOf(agentId("w-9"), 1) }],
  ["that others say of an execution", { executionId: executionIdOf(OVERSEER, 1) }],
  ["of a correlation", { correlationId: correlationId("in-1") }],
  ["of a correlation, one type", { correlationId: correlationId("in-1"), types: ["SUBAGENT_REPORT"] }],
  ["of nobody", { agentId: agentId("nobody") }],
];

function isWanted(event: ColonyEvent, read: LogRead): boolean {
  const { after = 0, agentId: agent, concerning, executionId, correlationId: correlation, types } = read;
  return (
    event.seq > after &&
    (agent === undefined || event.agentId === agent) &&
    (concerning === undefined || event.agentId === concerning || recipientOf(event) === concerning) &&
    (executionId === undefined || event.executionId === executionId) &&
    (correlation === undefined || event.correlationId === correlation) &&
    (types === undefined || types.includes(event.type))
  );
}

/** Holds each read against all that the log has, page by page. */
async function expectSound(log: EventLog): Promise<void> {
  const all: ColonyEvent[] = [];
  while (all.length < log.head()) all.push(...(await log.read({ after: all.length, limit: 5_000 })));
  for (const [what, read] of READS) {
    const expected = all.filter((event) => isWanted(event, read)).map(({ seq }) => seq);
    for (const limit of [700, 100_000]) {
      const found: number[] = [];
      for (let { after = 0 } = read; ; after = found.at(-1) ?? after) {
        const page = await log.read({ ...read, after, limit });
        found.push(...page.map(({ seq }) => seq));
        if (page.length < limit) break;
      }
      expect({ what, limit, found }).toEqual({ what, limit, found: expected });
    }
  }
}

/** Seqs up to which the folder's events are filed. */
function filedTo(): number {
  const db = new DatabaseSync(join(dir, "colony.db"), { readOnly: true });
  try {
    return Number(db.prepare("SELECT value FROM meta WHERE key = 'registered_to'").get()?.["value"] ?? 0);
  } finally {
    db.close();
  }
}

it("what is filed and what is not yet are read as one, by the owner and by others", async () => {
  await using store = await openSqliteStore({ dir, access: "owner" });
  await using early = await openSqliteStore({ dir, access: "reader" });
  await work(store.log, 0, 45);
  expect(filedTo()).toBe(0);
  await expectSound(early.log);
  await work(store.log, 45, 85);
  expect(filedTo()).toBeGreaterThan(8_000);
  expect(filedTo()).toBeLessThan(store.log.head());
  await expectSound(store.log);
  await expectSound(early.log);
});

it("filing goes on where the owner before has left it, and nothing is filed twice", async () => {
  for (let host = 0; host < 6; host += 1) {
    await using store = await openSqliteStore({ dir, access: "owner" });
    await work(store.log, host * 40, 40);
    await expectSound(store.log);
  }
  expect(filedTo()).toBeGreaterThan(16_000);
});

it("a stream goes on at its version whether its newest event is filed or not", async () => {
  const worker = agentId("w-1");
  for (let host = 0; host < 4; host += 1) {
    await using store = await openSqliteStore({ dir, access: "owner" });
    const version = (await store.log.read({ agentId: worker, limit: 100_000 })).length;
    const events = [input("late")];
    const append = { agentId: worker, expectedVersion: version + 1, events, at: 1 };
    await expect(store.log.append(append)).rejects.toMatchObject({
      code: "log.conflict",
      details: { version },
    });
    await expect(store.log.append({ ...append, expectedVersion: version })).resolves.toHaveLength(1);
    await work(store.log, host * 70, 70);
  }
});

it("a commit that another program has kept out is filed all the same", async () => {
  await using store = await openSqliteStore({ dir, access: "owner" });
  await work(store.log, 0, 97);
  const other = new DatabaseSync(join(dir, "colony.db"));
  other.exec("BEGIN IMMEDIATE");
  const working = work(store.log, 97, 40);
  await sleep(120);
  expect(filedTo()).toBe(0);
  other.exec("ROLLBACK");
  other.close();
  await working;
  await work(store.log, 137, 140);
  expect(filedTo()).toBeGreaterThan(16_000);
  await expectSound(store.log);
});

/** A change of what the register has of one agent; gives back all that the log has of it. */
async function damaged(log: EventLog, change: string): Promise<readonly ColonyEvent[]> {
  await work(log, 0, 110);
  const db = new DatabaseSync(join(dir, "colony.db"));
  const where = "what = 'agent' AND key = (SELECT no FROM names WHERE name = 'w-7')";
  db.exec(`UPDATE register SET ${change} WHERE ${where}`);
  db.close();
  return (await log.read({ limit: 20_000 })).filter((event) => event.agentId === "w-7");
}

const DAMAGES = [
  ["a seq", "seqs = replace(seqs, '[', '[1')"],
  ["all of it", "seqs = 'x'"],
  ["what it reaches to", "upto = upto + 1"],
] as const;

it.each(DAMAGES)(
  "an entry of the register in which %s has changed is refused, and told to readers",
  async (_what, change) => {
    await using store = await openSqliteStore({ dir, access: "owner" });
    const all = await damaged(store.log, change);
    const read = { agentId: agentId("w-7") };
    await expect(store.log.read(read)).rejects.toMatchObject({ code: "log.corrupt" });
    await using strict = await openSqliteStore({ dir, access: "reader" });
    await expect(strict.log.read(read)).rejects.toMatchObject({ code: "log.corrupt" });
    await using reader = await openSqliteStore({ dir, access: "reader", onDamage: () => undefined });
    expect(await reader.log.read(read)).toEqual(all);
  },
);

it("what is found under a wrong heading is not taken for what was asked for", async () => {
  await using store = await openSqliteStore({ dir, access: "owner" });
  await damaged(store.log, "key = key + 1000000");
  const found = await store.log.read({ agentId: agentId("w-7") });
  expect(found.every((event) => event.agentId === "w-7" && event.seq > filedTo())).toBe(true);
});

it("who has lost the folder to another owner still finds all that is in it", async () => {
  const [worker, newcomer] = [agentId("w-0"), agentId("w-1")];
  const id = colonyId("registered");
  const open = (takeover: boolean): ReturnType<typeof openSqliteStore> =>
    openSqliteStore({ dir, access: "owner", colonyId: id, takeover });
  await using former = await open(false);
  await former.log.append({ agentId: worker, expectedVersion: 0, events: [input("a"), input("b")], at: 1 });
  await using owner = await open(true);
  await owner.log.append({ agentId: worker, expectedVersion: 2, events: [input("c")], at: 2 });
  await owner.log.append({ agentId: newcomer, expectedVersion: 0, events: [input("d")], at: 3 });
  for (const query of [
    {},
    { agentId: worker },
    { agentId: newcomer },
    { types: ["INPUT_RECEIVED"] as const },
  ])
    expect(await former.log.read(query)).toEqual(await owner.log.read(query));
  expect(await former.log.read({ agentId: worker, limit: 2 })).toHaveLength(2);
});

/** How far the events of a folder are filed. */
function filedUpTo(): number {
  const db = new DatabaseSync(join(dir, "colony.db"), { readOnly: true });
  const found = db.prepare("SELECT value FROM meta WHERE key = 'registered_to'").get()?.["value"];
  db.close();
  return Number(found ?? 0);
}

/** Appends one event for each of so many agents, by turns. */
async function appendByTurns(log: EventLog, agents: number, events: number): Promise<void> {
  const appends: Promise<unknown>[] = [];
  for (let event = 0; event < events; event += 1)
    appends.push(
      log.append({
        agentId: agentId(`a-${event % agents}`),
        expectedVersion: Math.floor(event / agents),
        events: [input(`${event}`)],
        at: 1,
      }),
    );
  await Promise.all(appends);
}

it("the events of few agents are filed soon", async () => {
  await using store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
  await appendByTurns(store.log, 50, 9_000);
  expect(filedUpTo()).toBeGreaterThanOrEqual(8_192);
  expect(filedUpTo()).toBeLessThanOrEqual(9_192);
});

it("nothing is filed for thousands of agents that have a few events each, until there are very many", async () => {
  await using owner = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
  const { log } = owner;
  const agents = 5_000;
  await appendByTurns(log, agents, 30_000);
  expect(filedUpTo()).toBe(0);
  await using reader = await openSqliteStore({ dir, access: "reader" });
  const versionsOf = async (some: EventLog, number: number): Promise<readonly number[]> =>
    (await some.read({ agentId: agentId(`a-${number}`) })).map(({ version }) => version);
  for (const some of [log, reader.log]) expect(await versionsOf(some, 4_999)).toEqual([1, 2, 3, 4, 5, 6]);
  const more = Array.from({ length: agents }, (_, number) =>
    log.append({ agentId: agentId(`a-${number}`), expectedVersion: 6, events: [input("more")], at: 1 }),
  );
  await Promise.all(more);
  expect(filedUpTo()).toBeGreaterThanOrEqual(32_768);
  for (const some of [log, reader.log])
    for (const number of [0, 2_500, 4_999])
      expect(await versionsOf(some, number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it("a process that finds much that is not filed goes on with it", async () => {
  {
    await using former = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
    await appendByTurns(former.log, 5_000, 20_000);
  }
  await using owner = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
  await owner.log.append({ agentId: agentId("a-1"), expectedVersion: 4, events: [input("next")], at: 1 });
  const versions = (await owner.log.read({ agentId: agentId("a-1") })).map(({ version }) => version);
  expect(versions).toEqual([1, 2, 3, 4, 5]);
});
