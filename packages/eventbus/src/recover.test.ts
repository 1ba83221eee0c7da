import {
  DEFAULT_WORKER_LIMITS,
  agentId,
  batchId,
  callId,
  colonyId,
  inputId,
  type AgentCommand,
  type AgentId,
  type ColonyEvent,
  type JsonValue,
  type Logger,
  type Snapshot,
  type SnapshotStore,
  SILENT_LOGGER,
} from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";

/** Repeatable randomness: the same seed draws the same numbers. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const IDS = ["o", "w-1", "w-2", "w-3", "w-4"].map(agentId);
const idAt = (index: number): AgentId => IDS[index] ?? agentId("o");

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

function open(
  log: MemoryLog,
  snapshots: SnapshotStore = createMemorySnapshotStore(),
  logger: Logger = SILENT_LOGGER,
) {
  return Ledger.open({ log, snapshots, clock: createManualClock({ now: log.head() * 10 }), logger });
}

/** Any command at all: what does not fit is refused. */
function anyCommand(draw: (below: number) => number, id: AgentId, step: number): AgentCommand {
  const callOf = callId(`${id}.1.m${1 + draw(3)}`);
  const index = IDS.indexOf(id);
  const commands: readonly (() => AgentCommand)[] = [
    () => ({
      type: "agent.spawn",
      data: {
        kind: index === 0 ? "overseer" : "worker",
        lifetime: index < 2 ? "persistent" : "ephemeral",
        parentId: index === 0 ? null : idAt(draw(index)),
        depth: index === 0 ? 0 : 1,
        definitionId: "d",
        name: draw(3) === 2 ? `name-${draw(3)}` : null,
        label: null,
        task: index === 0 ? null : "look it up",
        batch: index < 2 ? null : { id: batchId("b"), index, size: 3 },
        priority: 0,
        limits: DEFAULT_WORKER_LIMITS,
        reportSchema: null,
      },
    }),
    () => ({
      type: "input.receive",
      inputId: inputId(`i-${step}`),
      kind: "chat",
      mode: (["queue", "steer", "interrupt"] as const)[draw(3)] ?? "queue",
      from: "user",
      text: `text ${draw(3)}`,
      ...(draw(2) === 0 ? { idempotencyKey: `k${draw(4)}` } : {}),
    }),
    () => ({ type: "input.deliver", inputIds: [inputId(`i-${draw(step + 1)}`)] }),
    () => ({ type: "execution.queue", correlationId: null }),
    () => ({ type: "execution.start", host: `h-${draw(2)}` }),
    () => ({ type: "execution.start", host: `h-${draw(2)}` }),
    () => ({ type: "model.start", model: "m" }),
    () => ({
      type: "model.complete",
      callId: callOf,
      message: {
        role: "assistant",
        parts: [
          { type: "text", text: "so" },
          ...(draw(2) === 0
            ? []
            : [
                {
                  type: "tool-call" as const,
                  callId: callId(`t-${step}`),
                  name: "read",
                  input: { n: draw(2) },
                },
              ]),
        ],
      },
      finishReason: "stop",
      usage: {
        inputTokens: 1,
        cachedInputTokens: 0,
        outputTokens: 2,
        reasoningTokens: 0,
        costUsd: 0.5,
        modelCalls: 1,
      },
      durationMs: 1,
      firstTokenMs: null,
    }),
    () => ({ type: "tool.start", calls: [{ callId: callId(`t-${draw(step + 1)}`), effect: "pure" }] }),
    () => ({ type: "report.record", status: "success", summary: "done", data: {}, artifacts: [] }),
    () => ({ type: "execution.cancel", cause: "user", by: "user", reason: null }),
    () => ({
      type: "execution.end",
      end: draw(2) === 0 ? "completed" : "failed",
      cause: "finished",
      error: null,
    }),
    () => ({ type: "agent.close", cause: "user", ...(draw(2) === 0 ? { keepsInbox: true } : {}) }),
    () => ({ type: "agent.reopen", by: "user" }),
    () => ({ type: "agent.reopen", by: "user" }),
    () => ({ type: draw(3) === 0 ? "agent.remove" : "agent.dismiss", by: "user" }),
  ];
  const chosen = draw(4) === 0 ? commands[0] : commands[draw(commands.length)];
  return (chosen ?? commands[0] ?? (() => ({ type: "agent.close", cause: "user" })))();
}

/** A history that a colony may have, made of whatever random commands are taken, several of them at once. */
async function live(seed: number, log: MemoryLog, snapshots: SnapshotStore): Promise<Ledger> {
  const draw = random(seed);
  const ledger = await open(log, snapshots);
  log.onAppended((events) => events.forEach(freeze));
  for (let step = 0; step < 60; step += 1) {
    const many = Array.from({ length: 1 + draw(3) }, () => {
      const id = idAt(draw(IDS.length));
      const command = anyCommand(draw, id, step);
      if (command.type !== "input.deliver") return ledger.execute(id, [command]);
      const inputIds = ledger.peek(id)?.inbox.map((input) => input.inputId) ?? [];
      return ledger.execute(id, [{ ...command, inputIds }]);
    });
    if (draw(15) === 0)
      await ledger.executeColony({
        type: draw(2) === 0 ? "dispatch.block" : "dispatch.unblock",
        owner: "a",
        reason: "r",
      });
    await Promise.all(many);
  }
  return ledger;
}

/** Everything that a ledger knows. */
async function knowledge(ledger: Ledger): Promise<JsonValue> {
  const states = await Promise.all(IDS.map((id) => ledger.load(id)));
  const known = {
    states,
    colony: ledger.colony,
    records: [...ledger.index.all()].toSorted((a, b) => IDS.indexOf(a.id) - IDS.indexOf(b.id)),
    open: [...ledger.index.open()].toSorted(),
    peeked: IDS.map((id) => ledger.peek(id) ?? null),
  };
  return JSON.parse(JSON.stringify(known)) as JsonValue;
}

/** What a log's first events are alone. */
const cut = (events: readonly ColonyEvent[], length: number): MemoryLog =>
  createMemoryLog({ colonyId: colonyId("memory"), from: events.slice(0, length) });

async function copyOf(store: SnapshotStore): Promise<SnapshotStore> {
  const copy = createMemorySnapshotStore();
  const snapshots = JSON.parse(JSON.stringify(await store.list("all"))) as Snapshot[];
  await copy.save(snapshots, await store.completeTo());
  return copy;
}

describe("what a ledger knows", () => {
  it("is what the log says, whether it lived through it, replayed it, or began at a checkpoint anywhere", async () => {
    let types = new Set<string>();
    for (let seed = 1; seed <= 25; seed += 1) {
      const log = createMemoryLog();
      const ledger = await live(seed, log, createMemorySnapshotStore());
      const events = log.events();
      types = new Set([...types, ...events.map(({ type }) => type)]);
      const known = await knowledge(ledger);
      expect([`seed ${seed}`, await knowledge(await open(cut(events, events.length)))]).toEqual([
        `seed ${seed}`,
        known,
      ]);
      for (let length = 0; length <= events.length; length += 1 + (seed % 3)) {
        const snapshots = createMemorySnapshotStore();
        await (await open(cut(events, length), snapshots)).close();
        const resumed = await open(cut(events, events.length), await copyOf(snapshots));
        expect([`seed ${seed}, checkpoint at ${length}`, await knowledge(resumed)]).toEqual([
          `seed ${seed}, checkpoint at ${length}`,
          known,
        ]);
      }
    }
    for (const type of [
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
      "AGENT_REOPENED",
      "AGENT_DISMISSED",
      "AGENT_REMOVED",
      "MODEL_CALL_COMPLETED",
      "INPUT_DELIVERED",
      "DISPATCH_BLOCKED",
    ])
      expect(types).toContain(type);
  });

  it("is what the log says where a checkpoint was cut off, so that it has more of some agents than of others", async () => {
    let further = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const log = createMemoryLog();
      const known = await knowledge(await live(seed, log, createMemorySnapshotStore()));
      const events = log.events();
      const draw = random(seed);
      for (let time = 0; time < 12; time += 1) {
        const [early, late] = [draw(events.length), draw(events.length)].toSorted((a, b) => a - b);
        const snapshots = createMemorySnapshotStore();
        await (await open(cut(events, early ?? 0), snapshots)).close();
        const complete = await snapshots.completeTo();
        const begun = createMemorySnapshotStore();
        await (await open(cut(events, late ?? 0), begun)).close();
        const saved = (await begun.list("all")).filter(({ agentId: id }) => IDS.includes(id));
        const some = saved.slice(0, 1 + draw(saved.length));
        further += some.filter(({ seq }) => seq > complete).length;
        await snapshots.save(some, complete);
        const resumed = await open(cut(events, events.length), await copyOf(snapshots));
        expect([`seed ${seed}, ${early} and ${late}`, await knowledge(resumed)]).toEqual([
          `seed ${seed}, ${early} and ${late}`,
          known,
        ]);
      }
    }
    expect(further).toBeGreaterThan(100);
  });

  it("survives any number of lives, some ended by a crash and some by a close", async () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const log = createMemoryLog();
      const snapshots = createMemorySnapshotStore();
      const draw = random(seed);
      for (let life = 0; life < 5; life += 1) {
        const ledger = await live(seed * 100 + life, log, snapshots);
        if (draw(2) === 0) await ledger.close();
        const known = await knowledge(ledger);
        expect([`seed ${seed}, life ${life}`, await knowledge(await open(log))]).toEqual([
          `seed ${seed}, life ${life}`,
          known,
        ]);
        expect(
          await knowledge(await open(log, await copyOf(snapshots))),
          `seed ${seed}, life ${life}`,
        ).toEqual(known);
      }
    }
  });
});

describe("a checkpoint", () => {
  async function aged() {
    const log = createMemoryLog();
    const snapshots = createMemorySnapshotStore();
    const ledger = await live(3, log, snapshots);
    await ledger.close();
    return { log, snapshots, known: await knowledge(ledger) };
  }

  const damages: readonly (readonly [string, (snapshot: Snapshot) => Snapshot])[] = [
    ["of another format", (snapshot) => ({ ...snapshot, format: "0" })],
    ["without a state", (snapshot) => ({ ...snapshot, state: null })],
    [
      "with half a state",
      (snapshot) => ({ ...snapshot, open: true, state: { record: { id: snapshot.agentId } } }),
    ],
    ["of a version that is not its state's", (snapshot) => ({ ...snapshot, version: snapshot.version + 1 })],
    ["that is about somebody else", (snapshot) => ({ ...snapshot, agentId: agentId("w-9") })],
    ["with a list for a state", (snapshot) => ({ ...snapshot, state: [] })],
  ];

  it.each(damages)("%s is ignored, said so once, and replaced by the next one", async (_name, damage) => {
    const { log, snapshots, known } = await aged();
    const [first, ...others] = await snapshots.list("all");
    const damaged = createMemorySnapshotStore();
    await damaged.save(
      [...others, ...(first === undefined ? [] : [damage(first)])],
      await snapshots.completeTo(),
    );
    const warnings: string[] = [];
    const logger: Logger = { ...SILENT_LOGGER, warn: (_data, message) => void warnings.push(message) };
    const ledger = await open(log, damaged, logger);
    expect(await knowledge(ledger)).toEqual(known);
    await ledger.close();
    expect(warnings).toEqual(["checkpoint not used, reading the whole log"]);
    expect(await knowledge(await open(log, damaged, logger))).toEqual(known);
    expect(warnings).toHaveLength(1);
    expect(await damaged.completeTo()).toBe(log.head());
  });

  it("that reaches further than the log is ignored, as is one that cannot be read", async () => {
    const { log, snapshots, known: all } = await aged();
    const shorter = cut(log.events(), 20);
    const known = await knowledge(await open(cut(log.events(), 20)));
    expect(await knowledge(await open(shorter, await copyOf(snapshots)))).toEqual(known);
    const broken: SnapshotStore = { ...snapshots, visit: () => Promise.reject(new Error("not JSON")) };
    const reasons: unknown[] = [];
    const logger: Logger = { ...SILENT_LOGGER, warn: (data) => void reasons.push(data) };
    expect(await knowledge(await open(log, broken, logger))).toEqual(all);
    expect(reasons).toEqual([{ reason: "it cannot be read: not JSON" }]);
  });

  it("that was thrown away is made again for everybody, not only for those who change after that", async () => {
    const { log, snapshots, known } = await aged();
    await snapshots.clear();
    await (await open(log, snapshots)).close();
    expect((await snapshots.list("all")).length).toBeGreaterThan(3);
    expect(await knowledge(await open(log, snapshots))).toEqual(known);
  });

  it("that could not be saved is made up for by the next one", async () => {
    const log = createMemoryLog();
    const inner = createMemorySnapshotStore();
    let fail = true;
    const store: SnapshotStore = {
      ...inner,
      save: (snapshots, completeTo) =>
        fail ? Promise.reject(new Error("the disk is full")) : inner.save(snapshots, completeTo),
    };
    const ledger = await live(5, log, store);
    await ledger.close();
    fail = false;
    await ledger.close();
    const known = await knowledge(ledger);
    expect(await knowledge(await open(log, inner))).toEqual(known);
    expect(await inner.completeTo()).toBe(log.head());
  });

  it("is made now and then while a colony lives, off the path of appends", async () => {
    const log = createMemoryLog();
    const clock = createManualClock();
    const snapshots = createMemorySnapshotStore();
    const ledger = await Ledger.open({ log, snapshots, clock });
    await ledger.execute(idAt(0), [anyCommand(() => 0, idAt(0), 0)]);
    const texts = Array.from({ length: 2_000 }, (_, index): AgentCommand => ({
      type: "input.receive",
      inputId: inputId(`${index}`),
      kind: "chat",
      mode: "queue",
      from: "user",
      text: "x",
    }));
    await ledger.execute(idAt(0), texts);
    expect(await snapshots.completeTo()).toBe(0);
    await clock.advance(500);
    expect(await snapshots.completeTo()).toBe(2_001);
    expect(clock.pending()).toBe(0);
  });
});

describe("opening a colony", () => {
  it("misses nothing that is written meanwhile", async () => {
    const log = createMemoryLog();
    const first = await live(9, log, createMemorySnapshotStore());
    const opening = open(log);
    const draw = random(1);
    for (let step = 0; step < 40; step += 1) {
      const id = idAt(draw(IDS.length));
      await first.execute(id, [anyCommand(draw, id, 1_000 + step)]);
    }
    expect(await knowledge(await opening)).toEqual(await knowledge(first));
  });

  it("lists agents oldest first, from the log or from a checkpoint", async () => {
    const { log, snapshots } = { log: createMemoryLog(), snapshots: createMemorySnapshotStore() };
    const clock = createManualClock();
    const ledger = await Ledger.open({ log, snapshots, clock });
    for (const index of [4, 0, 3, 1, 2]) {
      await clock.advance(1);
      await ledger.execute(idAt(index), [anyCommand(() => 0, idAt(index), 0)]);
    }
    await ledger.require(idAt(1), [
      { type: "execution.cancel", cause: "user", by: "user", reason: null, close: true },
    ]);
    await ledger.close();
    const ids = [4, 0, 3, 1, 2].map(idAt);
    for (const store of [snapshots, createMemorySnapshotStore()])
      expect(Array.from((await open(log, store)).index.all(), ({ id }) => id)).toEqual(ids);
  });
});
