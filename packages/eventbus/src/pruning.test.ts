import {
  ColonyError,
  NO_USAGE,
  PRUNED_TYPES,
  agentId,
  callId,
  recipientOf,
  type AgentCommand,
  type AgentId,
  type Append,
  type ColonyEvent,
  type SnapshotStore,
} from "@colony/core";
import { createGate, createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";

const [id, other] = [agentId("w-1"), agentId("w-2")];
const IDS = [id, other, agentId("w-3")];
const overseer = agentId("overseer");

const spawn = (agent: AgentId, more: object = {}): AgentCommand => ({
  type: "agent.spawn",
  data: {
    kind: agent === overseer ? "overseer" : "worker",
    lifetime: agent === overseer ? "persistent" : "ephemeral",
    parentId: agent === overseer ? null : overseer,
    depth: agent === overseer ? 0 : 1,
    definitionId: "coder",
    name: null,
    label: null,
    task: agent === overseer ? null : "do it",
    batch: null,
    priority: 0,
    limits: { iterations: 9, toolCalls: 9, softWallMs: 90_000, hardWallMs: 99_000, parallelTools: 2 },
    reportSchema: null,
    budget: { tokens: 1_000_000 },
    ...more,
  },
});

/** One execution, of one model call that says something and calls nothing. */
const work = (agent: AgentId): readonly (readonly AgentCommand[])[] => [
  [{ type: "execution.start", host: "h" }],
  [{ type: "model.start", model: "m", reserved: { tokens: 500, usd: null } }],
  [
    {
      type: "model.complete",
      callId: callId(`${agent}.1.m1`),
      message: { role: "assistant", parts: [{ type: "text", text: `${agent} is done` }] },
      finishReason: "stop",
      usage: { ...NO_USAGE, inputTokens: 70, outputTokens: 30, modelCalls: 1 },
      durationMs: 1,
      firstTokenMs: null,
    },
    { type: "execution.end", end: "completed", cause: "finished", error: null },
  ],
];

const open = async (
  log: MemoryLog,
  snapshots: SnapshotStore = createMemorySnapshotStore(),
): Promise<Ledger> =>
  await Ledger.open({ log, snapshots, clock: createManualClock({ now: 5_000_000 + log.head() * 1_000 }) });

/** A colony whose workers have ended. */
async function ended(log: MemoryLog, snapshots: SnapshotStore): Promise<Ledger> {
  const ledger = await open(log, snapshots);
  await ledger.executeColony({ type: "budget.set", budget: { tokens: 5_000_000, wallMs: 9_000_000 } });
  await ledger.require(overseer, [spawn(overseer)]);
  for (const worker of IDS) {
    await ledger.require(worker, [spawn(worker)]);
    for (const commands of work(worker)) await ledger.require(worker, commands);
  }
  return ledger;
}

const size = { events: 1, sizeBytes: 1, closedBefore: 6_000_000 };
const record = (ledger: Ledger, ids: readonly AgentId[]) =>
  ledger.pruning.record(
    ids.map((each) => ({ agentId: each, version: ledger.index.get(each)?.version ?? 1 })),
    size,
  );

/** What a ledger knows of everybody, and what budgets have come to. */
const known = (ledger: Ledger): object => ({
  records: [...ledger.index.all()],
  colony: ledger.colony,
  spent: ["colony", overseer, ...IDS].map((scope) => ledger.budgets.account(agentId(scope))),
  inbox: ledger.peek(overseer)?.inbox,
});

const upTo = (ids: readonly AgentId[]) => ({
  streams: ids.map((each) => ({ agentId: each, upTo: 1_000 })),
  types: PRUNED_TYPES,
});

describe("an opening after histories were pruned", () => {
  const cases: readonly [string, readonly AgentId[]][] = [
    ["nothing of it was removed before the host died", []],
    ["some of it was removed before the host died", IDS.slice(0, 1)],
    ["all of it was removed", IDS],
  ];

  it.each(cases)("knows what the host before knew, where %s", async (_what, gone) => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    const ledger = await ended(log, snapshots);
    expect(await record(ledger, IDS)).toHaveLength(3);
    await log.pruning?.remove(upTo(gone));
    const before = known(ledger);
    const withCheckpoint = await open(createMemoryLog({ from: log.events() }), snapshots);
    expect(known(withCheckpoint)).toEqual(before);
    const withNone = await open(createMemoryLog({ from: log.events() }));
    expect(known(withNone)).toEqual(before);
    expect(withNone.index.get(agentId("w-1"))).toMatchObject({
      report: { summary: "w-1 is done" },
      usage: { inputTokens: 70 },
    });
  });

  it("does not build on a checkpoint from before that", async () => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    const ledger = await ended(log, snapshots);
    await ledger.close();
    const [saved, completeTo] = [await snapshots.list("all"), await snapshots.completeTo()];
    const again = await open(log, snapshots);
    await record(again, IDS);
    await log.pruning?.remove(upTo(IDS));
    const stale = createMemorySnapshotStore();
    await stale.save(saved, completeTo);
    expect(known(await open(createMemoryLog({ from: log.events() }), stale))).toEqual(known(again));
  });

  it("refuses a log of which other events are missing", async () => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    const ledger = await ended(log, snapshots);
    await record(ledger, IDS.slice(0, 1));
    await log.pruning?.remove(upTo(IDS.slice(0, 2)));
    const opening = open(createMemoryLog({ from: log.events() }));
    await expect(opening).rejects.toMatchObject({
      code: "log.corrupt",
      message: expect.stringContaining('of the stream "w-2"') as unknown,
    });
  });

  it("goes on with budgets where they stood, also after a second pruning", async () => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    const ledger = await ended(log, snapshots);
    await record(ledger, IDS.slice(0, 1));
    await log.pruning?.remove(upTo(IDS.slice(0, 1)));
    const next = agentId("w-9");
    await ledger.require(next, [spawn(next)]);
    await ledger.require(next, [{ type: "execution.start", host: "h" }]);
    await record(ledger, IDS.slice(1));
    await log.pruning?.remove(upTo(IDS));
    for (const commands of work(next).slice(1)) await ledger.require(next, commands);
    const before = known(ledger);
    expect(ledger.budgets.account()?.spent).toMatchObject({ tokens: 400, workers: 4 });
    expect(known(await open(createMemoryLog({ from: log.events() })))).toEqual(before);
  });

  it("goes on with all that was pruned, however often that was", async () => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    const ledger = await ended(log, snapshots);
    const many = Array.from({ length: 12 }, (_, index) => agentId(`w-1${index}`));
    for (const each of many) {
      await ledger.require(each, [spawn(each)]);
      for (const commands of work(each)) await ledger.require(each, commands);
      await record(ledger, [each]);
      await log.pruning?.remove(upTo([each]));
    }
    const again = await open(createMemoryLog({ from: log.events() }));
    expect(known(again)).toEqual(known(ledger));
    expect(again.budgets.account()?.spent).toMatchObject({ tokens: 1_500, workers: 15 });
  });
});

describe("an agent whose history was pruned", () => {
  const pruned = async () => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    const ledger = await ended(log, snapshots);
    return { log, ledger, snapshots };
  };

  it.each([
    ["before it is removed", false],
    ["once it is removed", true],
  ])("has no conversation, %s, and keeps its record through what is done to it", async (_when, removed) => {
    const { log, ledger } = await pruned();
    await record(ledger, [id]);
    if (removed) await log.pruning?.remove(upTo([id]));
    const state = await ledger.load(id);
    expect(state).toMatchObject({ conversation: [], keys: {}, processes: [] });
    expect(state?.record).toEqual(ledger.index.get(id));
    await ledger.require(id, [{ type: "agent.dismiss", by: "user" }]);
    expect(ledger.index.get(id)).toMatchObject({ prunedAt: state?.record.prunedAt, dismissed: true });
    const reopened = await open(createMemoryLog({ from: log.events() }));
    expect(reopened.index.get(id)).toEqual(ledger.index.get(id));
    expect((await reopened.load(id))?.conversation).toEqual([]);
  });

  it("is left alone while something is done with it", async () => {
    const { log, ledger } = await pruned();
    const dismissing = ledger.execute(id, [{ type: "agent.dismiss", by: "user" }]);
    const recording = record(ledger, [id, other]);
    expect((await recording).map(({ agentId: recorded }) => recorded)).toEqual([other]);
    expect((await dismissing).ok).toBe(true);
    expect(ledger.index.get(id)).toMatchObject({ dismissed: true });
    expect(ledger.index.get(id)?.prunedAt).toBeUndefined();
    expect(known(await open(createMemoryLog({ from: log.events() })))).toEqual(known(ledger));
  });

  it("is waited for by whoever asks while that is being recorded, and decided upon as pruned", async () => {
    const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
    await (await ended(log, snapshots)).close();
    const gate = createGate();
    const slow = {
      ...log,
      append: async (append: Append) => await gate.opened.then(() => log.append(append)),
    };
    const ledger = await Ledger.open({ log: slow, snapshots, clock: createManualClock({ now: 9_000_000 }) });
    const recording = record(ledger, [id]);
    const dismissing = ledger.execute(id, [{ type: "agent.dismiss", by: "user" }]);
    const loading = ledger.load(id);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    gate.open();
    await recording;
    expect((await dismissing).ok).toBe(true);
    expect((await loading)?.conversation).toEqual([]);
    expect(ledger.index.get(id)).toMatchObject({ dismissed: true });
    expect(ledger.index.get(id)?.prunedAt).toBeDefined();
    expect(known(await open(createMemoryLog({ from: log.events() })))).toEqual(known(ledger));
  });

  it("is pruned later where the log refuses to record it now", async () => {
    const log = createMemoryLog();
    let refuses = false;
    const append = async (given: Append) => {
      if (refuses) throw new ColonyError("log.write_failed", "the disk is full");
      return await log.append(given);
    };
    const ledger = await ended({ ...log, append }, createMemorySnapshotStore());
    refuses = true;
    await expect(record(ledger, [id])).rejects.toMatchObject({ code: "log.write_failed" });
    expect((await ledger.load(id))?.conversation).toHaveLength(2);
    refuses = false;
    expect(await record(ledger, [id])).toMatchObject([{ agentId: id }]);
    expect(ledger.index.get(id)?.prunedAt).toBeDefined();
  });

  it("that has gone on before that was recorded keeps everything", async () => {
    const { log, ledger } = await pruned();
    const version = ledger.index.get(id)?.version ?? 0;
    await ledger.require(id, [{ type: "agent.dismiss", by: "user" }]);
    await ledger.pruning.record([{ agentId: id, version }], size);
    expect(ledger.index.get(id)?.prunedAt).toBeUndefined();
    expect((await ledger.load(id))?.conversation).toHaveLength(2);
    expect(known(await open(createMemoryLog({ from: log.events() })))).toEqual(known(ledger));
  });
});

it("a reader of the feed sees what is left, in order, and no fault", async () => {
  const [log, snapshots] = [createMemoryLog(), createMemorySnapshotStore()];
  const ledger = await ended(log, snapshots);
  const all = [...log.events()];
  await record(ledger, IDS);
  await log.pruning?.remove(upTo(IDS));
  const wanted = (event: ColonyEvent): boolean =>
    !IDS.includes(event.agentId) || !PRUNED_TYPES.includes(event.type) || recipientOf(event) !== undefined;
  for (let after = 0; after <= all.length; after += 1)
    expect((await log.read({ after, limit: 1_000 })).filter(({ type }) => type !== "HISTORY_PRUNED")).toEqual(
      all.filter((event) => event.seq > after && wanted(event)),
    );
});
