import {
  COLONY_STREAM,
  ColonyError,
  agentId,
  inputId,
  isEnded,
  type AgentId,
  type ColonyEvent,
  type EventLog,
  type Executor,
  type Logger,
} from "@colony/core";
import { EventBus, Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createGate, createManualClock, createScriptedModel, type Gate } from "@colony/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { Roster, defineOverseer } from "../roster.ts";
import { spawn } from "../spawn.ts";
import type { StopReason } from "../call-off.ts";
import { cancelAll, stopTree } from "../stop.ts";
import { defineWorker } from "@colony/worker";
import { PORTION } from "./portion.ts";
import { Supervisor } from "./supervisor.ts";

const OVERSEER = agentId("overseer");
const BY_USER: StopReason = { cause: "user", by: "user", reason: null };

const turn = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
};

const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns += 1) await turn();
};

/** Carries executions out by starting them and waiting until the test lets each of them go. */
class GatedExecutor implements Executor {
  readonly started: AgentId[] = [];
  readonly gates = new Map<AgentId, Gate>();
  #ledger: Ledger | undefined;

  serve(ledger: Ledger): void {
    this.#ledger = ledger;
  }

  async run(id: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    const state = ledger.peek(id);
    const last = state?.record.execution ?? null;
    const queue = last === null || isEnded(last.status);
    this.started.push(id);
    const gate = createGate();
    this.gates.set(id, gate);
    await ledger.execute(id, [
      ...(queue ? [{ type: "execution.queue", correlationId: null } as const] : []),
      { type: "execution.start", host: "h" },
      { type: "input.deliver", inputIds: state?.inbox.map((input) => input.inputId) ?? [] },
    ]);
    const isCalledOff = (): boolean => (ledger.peek(id)?.execution?.cancel ?? null) !== null;
    const over = new AbortController();
    const whenOpened = async (): Promise<void> => {
      await gate.opened;
      over.abort();
    };
    void whenOpened();
    while (!over.signal.aborted && !signal.aborted && !isCalledOff()) await turn();
    if (signal.aborted) return;
    const cancel = ledger.peek(id)?.execution?.cancel ?? null;
    await ledger.execute(id, [
      cancel === null
        ? { type: "execution.end", end: "completed", cause: "finished", error: null }
        : { type: "execution.end", end: "cancelled", cause: cancel.cause, error: null },
    ]);
  }

  async letGo(...ids: readonly AgentId[]): Promise<void> {
    for (const id of ids) this.gates.get(id)?.open();
    await settled();
  }
}

const model = createScriptedModel([]);

async function open(
  options: {
    readonly log?: EventLog;
    readonly concurrency?: number;
    readonly executor?: Executor;
    readonly lifetime?: "ephemeral" | "persistent";
    readonly definitions?: readonly string[];
  } = {},
) {
  const {
    log = createMemoryLog(),
    concurrency = 4,
    lifetime = "ephemeral",
    definitions = ["coder"],
  } = options;
  const clock = createManualClock();
  const executor = new GatedExecutor();
  const ledger = await Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  executor.serve(ledger);
  const bus = new EventBus({ log, clock });
  const roster = new Roster(
    defineOverseer({ model }),
    Object.fromEntries(definitions.map((name) => [name, defineWorker({ model, lifetime })])),
  );
  const problems: string[] = [];
  const say = (_data: object, message: string): void => void problems.push(message);
  const logger: Logger = { debug: say, info: say, warn: say, error: say, child: () => logger };
  const supervisor = new Supervisor({
    ledger,
    bus,
    clock,
    executor: options.executor ?? executor,
    logger,
    concurrency,
    capOf: (id) => roster.capOf(id),
  });
  onTestFinished(() => supervisor.close());
  if (ledger.index.get(OVERSEER) === undefined)
    await ledger.require(OVERSEER, [
      {
        type: "agent.spawn",
        data: {
          kind: "overseer",
          lifetime: "persistent",
          parentId: null,
          depth: 0,
          definitionId: "overseer",
          name: null,
          label: null,
          task: null,
          batch: null,
          priority: 0,
          limits: defineOverseer({ model }).limits,
          reportSchema: null,
        },
      },
    ]);
  await supervisor.start();
  const deps = { ledger, bus, supervisor, clock };
  const spawnOne = async (id: string, more: { readonly priority?: number; readonly parent?: AgentId } = {}) =>
    await spawn(
      { ledger, roster, maxDepth: 1, priceOf: () => null },
      {
        id: agentId(id),
        parentId: more.parent ?? null,
        depth: 1,
        definition: definitions[0],
        task: `task of ${id}`,
        name: null,
        label: null,
        priority: more.priority ?? 0,
        batch: null,
        correlationId: undefined,
      },
    );
  let said = 0;
  const tell = async (id: AgentId, text: string, from = "user") => {
    said += 1;
    await ledger.require(id, [
      {
        type: "input.receive",
        inputId: inputId(`i-${said}-${text}`),
        kind: "chat",
        mode: "queue",
        from,
        text,
      },
    ]);
  };
  const all = async (): Promise<readonly ColonyEvent[]> => await log.read({ limit: 10_000 });
  const close = async (): Promise<void> => {
    await supervisor.close();
    await ledger.close();
    bus.close();
  };
  const stop = async () => {
    await ledger.executeColony({ type: "dispatch.block", owner: "user", reason: "stop" });
    return await cancelAll(deps, [...ledger.index.open()], BY_USER);
  };
  const statusOf = (id: string) => ledger.index.get(agentId(id))?.execution?.status;
  return { ...deps, log, executor, problems, roster, spawnOne, tell, all, close, stop, statusOf };
}

it("lets thousands in by portions, each in its place in line, and is not idle between them", async () => {
  const { executor, supervisor, spawnOne } = await open({ concurrency: 2_000 });
  const ids = Array.from({ length: 1_000 }, (_, number) => `w${number}`);
  let turns = 0;
  const counted = (): void => {
    turns += 1;
    if (executor.started.length < ids.length) setImmediate(counted);
  };
  setImmediate(counted);
  await Promise.all(ids.map((id) => spawnOne(id)));
  await settled();
  expect(executor.started).toEqual(ids);
  expect(turns).toBeGreaterThan(1_000 / PORTION - 1);
  const idle = supervisor.idle();
  await executor.letGo(...ids.map(agentId));
  await idle;
  expect(supervisor.counts).toEqual({ running: 0, queued: 0 });
});

describe("places", () => {
  it("are taken in order, the rest waits in a line that can be seen, and moves up as places free", async () => {
    const { executor, spawnOne, supervisor, statusOf } = await open({ concurrency: 2 });
    for (const id of ["w1", "w2", "w3", "w4"]) await spawnOne(id);
    await settled();
    expect(executor.started).toEqual(["w1", "w2"]);
    expect(supervisor.counts).toEqual({ running: 2, queued: 2 });
    expect(statusOf("w3")).toBe("queued");
    await executor.letGo(agentId("w2"));
    expect(executor.started).toEqual(["w1", "w2", "w3"]);
    await executor.letGo(agentId("w1"), agentId("w3"));
    expect(executor.started).toEqual(["w1", "w2", "w3", "w4"]);
    expect(supervisor.counts).toEqual({ running: 1, queued: 0 });
  });

  it("are given, when a colony is opened again, to what was interrupted first and then by priority", async () => {
    const log = createMemoryLog();
    const first = await open({ log, concurrency: 1 });
    await first.spawnOne("done");
    for (const [id, priority] of [["plain", 0] as const, ["begun", 1] as const])
      await first.spawnOne(id, { priority });
    await settled();
    await first.executor.letGo(agentId("done"));
    expect(first.executor.started).toEqual(["done", "begun"]);
    await first.spawnOne("high", { priority: 7 });
    await first.close();

    const { executor } = await open({ log, concurrency: 1 });
    for (const id of ["begun", "high", "plain"]) {
      await settled();
      expect(executor.started.at(-1)).toBe(id);
      await executor.letGo(agentId(id));
    }
    expect(executor.started).toEqual(["begun", "high", "plain"]);
  });

  it("are not held by the overseer, which never waits for one", async () => {
    const { executor, spawnOne, tell } = await open({ concurrency: 1 });
    await spawnOne("w1");
    await tell(OVERSEER, "hello");
    await settled();
    expect(executor.started).toEqual(["w1", "overseer"]);
  });

  it("a queued worker that is stopped never starts and reports cancelled, and the line moves on", async () => {
    const { executor, spawnOne, all, statusOf, supervisor, ...deps } = await open({ concurrency: 1 });
    for (const id of ["w1", "w2", "w3"]) await spawnOne(id, { parent: OVERSEER });
    await settled();
    await stopTree({ ...deps, supervisor }, agentId("w2"), {
      cause: "parent",
      by: "overseer",
      reason: "not needed",
    });
    expect(statusOf("w2")).toBe("cancelled");
    const report = (await all()).find((event) => event.type === "SUBAGENT_REPORT");
    expect(report?.data).toMatchObject({ workerId: "w2", status: "cancelled", cause: "parent" });
    expect(supervisor.counts).toEqual({ running: 1, queued: 1 });
    await executor.letGo(agentId("w1"));
    expect(executor.started).not.toContain("w2");
    expect(executor.started.at(-1)).toBe("w3");
  });

  it("a queued persistent worker that is cancelled leaves the line", async () => {
    const { spawnOne, supervisor, ...deps } = await open({ concurrency: 1, lifetime: "persistent" });
    for (const id of ["w1", "w2"]) await spawnOne(id);
    await settled();
    await cancelAll({ ...deps, supervisor }, [agentId("w2")], BY_USER);
    expect(supervisor.counts).toEqual({ running: 1, queued: 0 });
  });
});

describe("waking", () => {
  it("an idle overseer is woken by a report, and by reports that wait together only once", async () => {
    const { executor, spawnOne, all } = await open();
    for (const id of ["w1", "w2", "w3"]) await spawnOne(id, { parent: OVERSEER });
    await settled();
    await executor.letGo(agentId("w1"));
    expect(executor.started.filter((id) => id === OVERSEER)).toHaveLength(1);
    await executor.letGo(agentId("w2"), agentId("w3"));
    expect(executor.started.filter((id) => id === OVERSEER)).toHaveLength(1);
    await executor.letGo(OVERSEER);
    expect(executor.started.filter((id) => id === OVERSEER)).toHaveLength(2);
    const delivered = (await all()).flatMap((event) =>
      event.type === "INPUT_DELIVERED" && event.agentId === OVERSEER ? [event.data.inputIds.length] : [],
    );
    expect(delivered).toEqual([1, 2]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 8, 10])(
    "a report that comes %i turns after the overseer's execution began to end is not lost",
    async (turns) => {
      const { executor, spawnOne, tell, all } = await open();
      await spawnOne("w1", { parent: OVERSEER });
      await tell(OVERSEER, "hello");
      await settled();
      executor.gates.get(OVERSEER)?.open();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      executor.gates.get(agentId("w1"))?.open();
      await settled();
      expect(executor.started).toEqual(["w1", "overseer", "overseer"]);
      await executor.letGo(OVERSEER);
      const delivered = (await all()).flatMap((event) =>
        event.type === "INPUT_DELIVERED" && event.agentId === OVERSEER ? event.data.inputIds : [],
      );
      expect(delivered).toHaveLength(2);
    },
  );

  it("a report that came while an executor did nothing at all is looked at when it has returned", async () => {
    const gate = createGate();
    const runs: AgentId[] = [];
    const lazy: Executor = {
      async run(id) {
        runs.push(id);
        await gate.opened;
      },
    };
    const { tell, spawnOne, ...deps } = await open({ executor: lazy, concurrency: 1 });
    for (const id of ["w1", "w2"]) await spawnOne(id, { parent: OVERSEER });
    await tell(OVERSEER, "one");
    await settled();
    await stopTree(deps, agentId("w2"), BY_USER);
    await settled();
    expect(runs).toEqual(["w1", "overseer"]);
    gate.open();
    await settled();
    expect(runs).toEqual(["w1", "overseer", "overseer"]);
  });

  it("an executor that returns without doing anything is not asked again until something has happened", async () => {
    let runs = 0;
    const idle: Executor = {
      async run() {
        runs += 1;
      },
    };
    const { spawnOne, tell, supervisor } = await open({ executor: idle });
    await spawnOne("w1");
    await tell(OVERSEER, "hello");
    await settled();
    expect(runs).toBe(2);
    await supervisor.idle();
    await tell(OVERSEER, "again");
    await settled();
    expect(runs).toBe(3);
  });

  it("an executor that throws is told to the operator and harms nobody else", async () => {
    const broken: Executor = {
      async run(id) {
        throw new Error(`no ${id}`);
      },
    };
    const { spawnOne, problems, supervisor } = await open({ executor: broken });
    await spawnOne("w1");
    await settled();
    expect(problems).toEqual(["executor failed"]);
    expect(supervisor.counts).toEqual({ running: 0, queued: 0 });
  });

  it("a persistent worker is woken by what it is sent, and waits for a place like everybody", async () => {
    const { executor, spawnOne, tell, supervisor, statusOf } = await open({
      concurrency: 1,
      lifetime: "persistent",
    });
    await spawnOne("w1");
    await settled();
    await executor.letGo(agentId("w1"));
    await spawnOne("w2");
    await settled();
    await tell(agentId("w1"), "more");
    await settled();
    expect(statusOf("w1")).toBe("queued");
    expect(supervisor.counts).toEqual({ running: 1, queued: 1 });
    await executor.letGo(agentId("w2"));
    expect(executor.started).toEqual(["w1", "w2", "w1"]);
  });
});

describe("a person's stop", () => {
  it("ends everything that is at work, and starts nothing that waits", async () => {
    const { executor, spawnOne, stop, statusOf, supervisor } = await open({ concurrency: 1 });
    for (const id of ["w1", "w2"]) await spawnOne(id, { parent: OVERSEER });
    await settled();
    expect(await stop()).toEqual(["w1", "w2"]);
    await settled();
    expect([statusOf("w1"), statusOf("w2")]).toEqual(["cancelled", "cancelled"]);
    expect(executor.started).toEqual(["w1"]);
    expect(supervisor.counts).toEqual({ running: 0, queued: 0 });
  });

  it("is not undone by the reports of those that were stopped, only by what a person says next", async () => {
    const { executor, spawnOne, stop, tell, ledger, all } = await open();
    await spawnOne("w1", { parent: OVERSEER });
    await settled();
    await stop();
    await settled();
    expect(ledger.peek(OVERSEER)?.inbox).toHaveLength(1);
    expect(executor.started).toEqual(["w1"]);
    await tell(OVERSEER, "from a worker", "w1");
    await settled();
    expect(executor.started).toEqual(["w1"]);
    await tell(OVERSEER, "go on");
    await settled();
    expect(ledger.colony.blocks).toEqual([]);
    expect(executor.started).toEqual(["w1", "overseer"]);
    expect((await all()).filter(({ type }) => type === "DISPATCH_UNBLOCKED")).toHaveLength(1);
  });

  it("keeps what was said before it waiting, also in the same millisecond, and has it answered later", async () => {
    const { executor, tell, stop, ledger } = await open();
    await tell(OVERSEER, "one");
    await settled();
    await tell(OVERSEER, "two");
    await stop();
    await settled();
    expect(ledger.colony.blocks).toHaveLength(1);
    expect(executor.started).toEqual(["overseer"]);
    expect(ledger.peek(OVERSEER)?.inbox.map(({ text }) => text)).toEqual(["two"]);
    await tell(OVERSEER, "three");
    await settled();
    expect(executor.started).toEqual(["overseer", "overseer"]);
  });

  it("holds although something was said in the moment before it", async () => {
    const { tell, stop, ledger, statusOf } = await open();
    const telling = tell(OVERSEER, "one");
    const stopping = stop();
    await Promise.all([telling, stopping]);
    await settled();
    expect(ledger.colony.blocks).toHaveLength(1);
    expect(["cancelled", undefined]).toContain(statusOf("overseer"));
  });

  it("ends also a worker whose spawn was on its way", async () => {
    const { executor, spawnOne, stop, statusOf } = await open();
    const stopping = stop();
    const spawning = Array.from({ length: 5 }, (_, n) => spawnOne(`w${n}`));
    await Promise.all([stopping, ...spawning]);
    await settled();
    expect(Array.from({ length: 5 }, (_, n) => statusOf(`w${n}`))).toEqual(
      Array.from({ length: 5 }, () => "cancelled"),
    );
    expect(executor.started).toEqual([]);
  });

  it("refuses spawns while it holds, with a sentence", async () => {
    const { spawnOne, stop } = await open();
    await stop();
    await expect(spawnOne("w1")).rejects.toMatchObject({
      code: "spawn.refused",
      message:
        "nothing is started while the colony is stopped (by user); the next message of a person starts it again",
    });
  });

  it("holds over a restart, where a person's next input lifts it", async () => {
    const log = createMemoryLog();
    const first = await open({ log });
    await first.spawnOne("w1", { parent: OVERSEER });
    await settled();
    await first.tell(OVERSEER, "before");
    await first.stop();
    await first.close();

    const { executor, ledger, tell } = await open({ log });
    await settled();
    expect(ledger.colony.blocks).toHaveLength(1);
    expect(executor.started).toEqual([]);
    await tell(OVERSEER, "after");
    await settled();
    expect(executor.started).toEqual(["overseer"]);
  });

  it("that was not brought to its end by a process that died is brought there by the next one", async () => {
    const log = createMemoryLog();
    const first = await open({ log, concurrency: 1 });
    for (const id of ["w1", "w2"]) await first.spawnOne(id, { parent: OVERSEER });
    await first.tell(OVERSEER, "work");
    await settled();
    await first.ledger.executeColony({ type: "dispatch.block", owner: "user", reason: "stop" });
    await first.close();

    const { executor, statusOf, ledger } = await open({ log });
    await settled();
    expect(executor.started).toEqual([]);
    expect([statusOf("w1"), statusOf("w2"), statusOf("overseer")]).toEqual([
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
    expect(ledger.colony.blocks).toHaveLength(1);
  });

  it("after which a person had spoken when the process died is lifted by the next one", async () => {
    const log = createMemoryLog();
    const first = await open({ log });
    await first.stop();
    await first.close();
    const { version } = first.ledger.peek(OVERSEER)?.record ?? { version: 0 };
    await log.append({
      agentId: OVERSEER,
      expectedVersion: version,
      at: 0,
      events: [
        {
          type: "INPUT_RECEIVED",
          data: { inputId: inputId("late"), kind: "chat", mode: "queue", from: "user", text: "go on" },
        },
      ],
    });

    const { executor, ledger } = await open({ log });
    await settled();
    expect(ledger.colony.blocks).toEqual([]);
    expect(executor.started).toEqual(["overseer"]);
  });

  it("and another owner's block are lifted each by its own owner, and both hold", async () => {
    const { executor, tell, stop, ledger } = await open();
    await ledger.executeColony({ type: "dispatch.block", owner: "maintenance", reason: "moving house" });
    await stop();
    await tell(OVERSEER, "go on");
    await settled();
    expect(ledger.colony.blocks.map(({ owner }) => owner)).toEqual(["maintenance"]);
    expect(executor.started).toEqual([]);
    await ledger.executeColony({ type: "dispatch.unblock", owner: "maintenance" });
    await settled();
    expect(executor.started).toEqual(["overseer"]);
  });

  it("is not lifted by the end of another owner's block", async () => {
    const { executor, tell, stop, ledger } = await open();
    await tell(OVERSEER, "one");
    await settled();
    await tell(OVERSEER, "two");
    await stop();
    await ledger.executeColony({ type: "dispatch.block", owner: "maintenance", reason: "x" });
    await ledger.executeColony({ type: "dispatch.unblock", owner: "maintenance" });
    await settled();
    expect(executor.started).toEqual(["overseer"]);
    expect(ledger.colony.blocks.map(({ owner }) => owner)).toEqual(["user"]);
  });
});

describe("another owner's block", () => {
  it("holds up an interrupted overseer after a restart until it is lifted", async () => {
    const log = createMemoryLog();
    const first = await open({ log });
    await first.tell(OVERSEER, "work");
    await settled();
    await first.ledger.executeColony({ type: "dispatch.block", owner: "maintenance", reason: "x" });
    await first.close();
    const { executor, ledger } = await open({ log });
    await settled();
    expect(executor.started).toEqual([]);
    await ledger.executeColony({ type: "dispatch.unblock", owner: "maintenance" });
    await settled();
    expect(executor.started).toEqual(["overseer"]);
  });
});

describe("a cancel that was asked for before the process died", () => {
  it("is carried out by the next process without a place and without a run", async () => {
    const log = createMemoryLog();
    const first = await open({ log, concurrency: 1 });
    await first.spawnOne("w1");
    await settled();
    await first.close();
    const version = first.ledger.peek(agentId("w1"))?.record.version ?? 0;
    await log.append({
      agentId: agentId("w1"),
      expectedVersion: version,
      at: 0,
      events: [{ type: "CANCEL_REQUESTED", data: { cause: "parent", by: "overseer", reason: "enough" } }],
    });
    const { executor, statusOf, supervisor, all } = await open({ log, concurrency: 1 });
    await settled();
    expect(executor.started).toEqual([]);
    expect(statusOf("w1")).toBe("cancelled");
    expect(supervisor.counts).toEqual({ running: 0, queued: 0 });
    const ends = (await all()).filter(({ type }) => type === "EXECUTION_CANCELLED");
    expect(ends).toMatchObject([{ data: { cause: "parent", error: { message: "enough" } } }]);
  });
});

describe("a definition that is missing in this process", () => {
  it("leaves its workers waiting, visibly and idle, and they run where it is there again", async () => {
    const log = createMemoryLog();
    const first = await open({ log, definitions: ["writer", "coder"], concurrency: 1 });
    await first.spawnOne("busy");
    await first.spawnOne("w1");
    await settled();
    await first.close();

    const second = await open({ log, definitions: ["coder"] });
    await settled();
    expect(second.executor.started).toEqual([]);
    expect(second.supervisor.counts).toEqual({ running: 0, queued: 2 });
    expect(second.statusOf("w1")).toBe("queued");
    await second.supervisor.idle();
    await second.close();

    const third = await open({ log, definitions: ["writer"] });
    await settled();
    expect(third.executor.started).toEqual(["busy", "w1"]);
  });
});

describe("idle", () => {
  it("comes when nobody is at work and nobody waits", async () => {
    const { executor, spawnOne, supervisor } = await open({ concurrency: 1 });
    for (const id of ["w1", "w2"]) await spawnOne(id);
    let idle = false;
    void supervisor.idle().then(() => (idle = true));
    await settled();
    expect(idle).toBe(false);
    await executor.letGo(agentId("w1"));
    expect(idle).toBe(false);
    await executor.letGo(agentId("w2"));
    expect(idle).toBe(true);
  });

  it("does not come between a persistent worker's mail and its work", async () => {
    const { executor, spawnOne, tell, supervisor, statusOf } = await open({ lifetime: "persistent" });
    await spawnOne("w1");
    await settled();
    await executor.letGo(agentId("w1"));
    await tell(agentId("w1"), "more");
    let idle = false;
    void supervisor.idle().then(() => (idle = true));
    await settled();
    expect(statusOf("w1")).toBe("running");
    expect(idle).toBe(false);
    await executor.letGo(agentId("w1"));
    expect(idle).toBe(true);
  });

  it("comes although workers wait behind somebody's block", async () => {
    const { executor, ledger, spawnOne, supervisor } = await open({ concurrency: 1 });
    for (const id of ["w1", "w2"]) await spawnOne(id);
    await settled();
    await ledger.executeColony({ type: "dispatch.block", owner: "maintenance", reason: "x" });
    let idle = false;
    void supervisor.idle().then(() => (idle = true));
    await settled();
    expect(idle).toBe(false);
    await executor.letGo(agentId("w1"));
    expect(idle).toBe(true);
    expect(supervisor.counts).toEqual({ running: 0, queued: 1 });
  });

  it("is not waited for any longer than the signal says", async () => {
    const { spawnOne, supervisor } = await open();
    await spawnOne("w1");
    const waiting = new AbortController();
    const idle = supervisor.idle(waiting.signal);
    waiting.abort();
    await idle;
    expect(supervisor.counts.running).toBe(1);
  });
});

describe("closing", () => {
  it("lets go of what runs, starts nothing any more, and leaves everything where it was", async () => {
    const { executor, spawnOne, supervisor, statusOf, close } = await open({ concurrency: 1 });
    for (const id of ["w1", "w2"]) await spawnOne(id);
    await settled();
    await close();
    expect(executor.started).toEqual(["w1"]);
    expect([statusOf("w1"), statusOf("w2")]).toEqual(["running", "queued"]);
    await supervisor.idle();
  });
});

describe("a log that fails", () => {
  it("nobody begins while a stop of everything is kept that the log refuses, and whoever was held goes on after it", async () => {
    const { executor, spawnOne, clock, supervisor } = await open();
    let isFull = true;
    const record = async (): Promise<void> => {
      if (isFull) throw new ColonyError("log.write_failed", "disk full");
    };
    const stop = { words: "everything", agents: [], ofEverything: true, record } as const;
    await expect(supervisor.stops.take(stop)).rejects.toMatchObject({ details: { kept: true } });
    await spawnOne("w1");
    await clock.advance(5_000);
    expect(executor.started).toEqual([]);
    isFull = false;
    await clock.advance(1_000);
    expect(executor.started).toEqual(["w1"]);
    await executor.letGo(agentId("w1"));
    await supervisor.close();
    expect(clock.pending()).toBe(0);
  });

  it("whoever is called off does not begin while the log refuses that, and nobody else waits for it", async () => {
    const { executor, spawnOne, clock, supervisor } = await open();
    let isFull = true;
    const record = async (): Promise<void> => {
      if (isFull) throw new ColonyError("log.gone", "no disk");
    };
    const stop = { words: "w1", agents: [agentId("w1")], record } as const;
    await expect(supervisor.stops.take(stop)).rejects.toMatchObject({ code: "log.gone" });
    for (const id of ["w1", "w2"]) await spawnOne(id);
    await settled();
    expect(executor.started).toEqual(["w2"]);
    isFull = false;
    await clock.advance(1_000);
    expect(executor.started).toEqual(["w2", "w1"]);
    await executor.letGo(agentId("w1"), agentId("w2"));
    await supervisor.close();
  });

  it("is tried again until a persistent worker's wake is written and the gate lifted", async () => {
    const inner = createMemoryLog();
    let failing = false;
    const log: EventLog = {
      ...inner,
      colonyId: inner.colonyId,
      append: async (append) => {
        if (
          failing &&
          append.events.some(({ type }) => type === "EXECUTION_QUEUED" || type === "DISPATCH_UNBLOCKED")
        )
          throw new Error("disk full");
        return await inner.append(append);
      },
    };
    const { executor, spawnOne, tell, clock, problems, stop, supervisor, ledger } = await open({
      log,
      lifetime: "persistent",
    });
    await spawnOne("w1");
    await settled();
    await executor.letGo(agentId("w1"));
    failing = true;
    await tell(agentId("w1"), "more");
    await settled();
    expect(problems).toEqual(["supervisor command failed"]);
    let idle = false;
    void supervisor.idle().then(() => (idle = true));
    await settled();
    expect(idle).toBe(false);
    failing = false;
    await clock.advance(1_000);
    await settled();
    expect(executor.started).toEqual(["w1", "w1"]);

    await stop();
    failing = true;
    await tell(OVERSEER, "go on");
    await settled();
    expect(ledger.colony.blocks).toHaveLength(1);
    failing = false;
    await clock.advance(1_000);
    await settled();
    expect(ledger.colony.blocks).toEqual([]);
    expect(executor.started.at(-1)).toBe("overseer");
  });
});

it("an end that could not be written does not come to the execution that follows, however late it is tried again", async () => {
  const inner = createMemoryLog();
  let failing = true;
  const log: EventLog = {
    ...inner,
    colonyId: inner.colonyId,
    append: async (append) => {
      if (failing && append.events.some(({ type }) => type === "EXECUTION_CANCELLED"))
        throw new Error("disk full");
      return await inner.append(append);
    },
  };
  const first = await open({ log, lifetime: "persistent" });
  const w1 = agentId("w1");
  await first.spawnOne("w1");
  await settled();
  await first.ledger.require(w1, [{ type: "execution.cancel", ...BY_USER }]);
  await settled();
  await first.close();

  const { ledger, clock, tell, all, statusOf, problems } = await open({ log, lifetime: "persistent" });
  await settled();
  expect(problems).toContain("supervisor command failed");
  failing = false;
  await ledger.require(w1, [{ type: "execution.end", end: "cancelled", cause: "user", error: null }]);
  await tell(w1, "more");
  await settled();
  expect(statusOf("w1")).toBe("running");
  await clock.advance(5_000);
  await settled();
  expect(statusOf("w1")).toBe("running");
  expect((await all()).filter(({ type }) => type === "CANCEL_REQUESTED")).toHaveLength(1);
});

it("the colony's own stream is nobody who could be at work", async () => {
  const { supervisor, stop } = await open();
  await stop();
  supervisor.consider(COLONY_STREAM);
  await settled();
  expect(supervisor.isRunning(COLONY_STREAM)).toBe(false);
});
