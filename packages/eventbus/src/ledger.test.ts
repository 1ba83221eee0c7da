import {
  ColonyError,
  agentId,
  inputId,
  type AgentCommand,
  type AgentId,
  type Append,
  type EventLog,
} from "@colony/core";
import { createGate, createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { input, spawn } from "./testing/commands.ts";

const w = agentId("w-1");
const parent = agentId("o-1");

const start: AgentCommand = { type: "execution.start", host: "h" };
const fail: AgentCommand = { type: "execution.end", end: "failed", cause: "error", error: null };
const texts = (ledger: Ledger, id: AgentId): readonly string[] | undefined =>
  ledger.peek(id)?.inbox.map(({ text }) => text);

type Options = NonNullable<Parameters<Ledger["execute"]>[2]>;
const rounds = (follow: NonNullable<Options["follow"]>): Options => ({ follow });

/** A log that another writer can write to unseen, and whose next append can fail. */
function openLog(memory: MemoryLog = createMemoryLog()) {
  const appends: Append[] = [];
  const reads = { count: 0 };
  let failNext = false;
  /** What appends, and reads before and after they look, have to wait for. */
  const held: { append?: Promise<void>; before?: Promise<void>; after?: Promise<void> } = {};
  const told: { silent: boolean } = { silent: false };
  const log: EventLog = {
    ...memory,
    append: (append) => {
      appends.push(append);
      if (!failNext) return held.append?.then(() => memory.append(append)) ?? memory.append(append);
      failNext = false;
      return Promise.resolve().then(() => {
        throw new ColonyError("log.write_failed", "the disk is full; free some space and try again");
      });
    },
    read: async (read) => {
      reads.count += 1;
      await held.before;
      const page = await memory.read(read);
      await held.after;
      return page;
    },
    onAppended: (listener) =>
      memory.onAppended((events) => {
        if (!told.silent) listener(events);
      }),
  };
  return { log, memory, appends, reads, told, held, failOnce: () => void (failNext = true) };
}

async function openLedger(memory?: MemoryLog) {
  const logged = openLog(memory);
  const clock = createManualClock({ now: 1_000 });
  const snapshots = createMemorySnapshotStore();
  const ledger = await Ledger.open({ log: logged.log, snapshots, clock });
  return { ...logged, clock, snapshots, ledger };
}

describe("executing commands", () => {
  it("decides at once and resolves when the outcome is durable", async () => {
    const { ledger, appends, memory } = await openLedger();
    const spawning = ledger.execute(w, [spawn()]);
    expect(appends).toHaveLength(1);
    expect(memory.head()).toBe(0);
    expect(ledger.peek(w)).toBeUndefined();
    const outcome = await spawning;
    expect(outcome).toMatchObject({ ok: true, state: { record: { id: w, version: 1 } } });
    expect(memory.head()).toBe(1);
    expect(ledger.peek(w)?.record.version).toBe(1);
  });

  it("on one agent at once share one commit and keep their order", async () => {
    const { ledger, log, memory } = await openLedger();
    const commits: number[] = [];
    log.onAppended((events) => commits.push(events.length));
    const outcomes = await Promise.all([
      ledger.execute(w, [spawn()]),
      ...["1", "2", "3"].map((text) => ledger.execute(w, [input(text)])),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(commits).toEqual([4]);
    expect(texts(ledger, w)).toEqual(["1", "2", "3"]);
    expect(memory.events().map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  it("that are refused leave no trace, and neither do those before them in the same call", async () => {
    const { ledger, appends } = await openLedger();
    expect(await ledger.execute(w, [input("1")])).toMatchObject({ refusal: { code: "agent.not_found" } });
    await ledger.execute(w, [spawn()]);
    const before = ledger.peek(w);
    expect(await ledger.execute(w, [input("1"), input(" ")])).toMatchObject({
      ok: false,
      refusal: { code: "input.invalid" },
    });
    expect(ledger.peek(w)).toBe(before);
    expect(appends).toHaveLength(1);
    await expect(ledger.require(w, [input(" ")])).rejects.toMatchObject({ code: "input.invalid" });
    expect(await ledger.execute(w, [input("2")])).toMatchObject({ ok: true });
  });

  it("that come to nothing new write nothing, and resolve only when what makes them so is durable", async () => {
    const { ledger, memory, appends } = await openLedger();
    await ledger.execute(w, [spawn()]);
    const order: string[] = [];
    const [first, second] = [ledger.execute(w, [input("1", "key")]), ledger.execute(w, [input("1", "key")])];
    void first.then(() => order.push("first"));
    void second.then(() => order.push(`second at ${memory.head()}`));
    expect(await second).toMatchObject({ ok: true, events: [], state: { inbox: [{ text: "1" }] } });
    await first;
    expect(order.at(-1)).toMatch(/second at 2|first/);
    expect(order).toContain("second at 2");
    expect(appends).toHaveLength(2);
  });

  it("with further rounds are one commit, each round seeing the state that the one before has made", async () => {
    const { ledger, log, appends } = await openLedger();
    const commits: number[] = [];
    log.onAppended((events) => commits.push(events.length));
    const seen: number[] = [];
    const then = (state: { readonly inbox: readonly unknown[] }): readonly AgentCommand[] => {
      seen.push(state.inbox.length);
      return state.inbox.length < 3 ? [input(`${state.inbox.length}`)] : [];
    };
    await ledger.execute(w, [spawn()], rounds(then));
    expect(texts(ledger, w)).toEqual(["0", "1", "2"]);
    expect([seen, appends.length, commits]).toEqual([[0, 1, 2, 3], 1, [4]]);
    await expect(
      ledger.execute(
        w,
        [input("x")],
        rounds(() => [input("again")]),
      ),
    ).rejects.toMatchObject({
      code: "usage.invalid",
    });
    expect(texts(ledger, w)).toEqual(["0", "1", "2"]);
  });

  it("for an attempt or an execution that is over are refused", async () => {
    const { ledger } = await openLedger();
    await ledger.execute(w, [spawn({ task: "t" }), start]);
    const model: AgentCommand = { type: "model.start", model: "m" };
    expect(await ledger.execute(w, [model], { attempt: 2 })).toMatchObject({
      refusal: { code: "execution.stale_attempt" },
    });
    expect(await ledger.execute(w, [model], { executionId: "w-1.7" as never })).toMatchObject({
      refusal: { code: "execution.ended" },
    });
    expect(await ledger.execute(w, [model], { attempt: 1 })).toMatchObject({ ok: true });
  });

  it("on the colony follow each other and are seen by the next", async () => {
    const { ledger, memory } = await openLedger();
    const block = { type: "dispatch.block", owner: "a", reason: "r" } as const;
    const written = await Promise.all([ledger.executeColony(block), ledger.executeColony(block)]);
    expect(written.map(({ length }) => length)).toEqual([1, 0]);
    expect(ledger.colony.blocks).toMatchObject([{ owner: "a" }]);
    expect(memory.head()).toBe(1);
  });
});

describe("an append that fails", () => {
  it("takes what was decided upon it with it, all with the same error, and the next command works", async () => {
    const { ledger, failOnce, memory } = await openLedger();
    await ledger.execute(w, [spawn(), input("kept")]);
    failOnce();
    const outcomes = await Promise.allSettled([
      ledger.execute(w, [input("1", "key")]),
      ledger.execute(w, [input("2")]),
      ledger.execute(w, [input("1", "key")]),
      ledger.execute(w, [input("other words", "key")]),
    ]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "log.write_failed" } });
    expect(texts(ledger, w)).toEqual(["kept"]);
    expect(await ledger.execute(w, [input("3")])).toMatchObject({ ok: true });
    expect(texts(ledger, w)).toEqual(["kept", "3"]);
    expect(memory.events().filter(({ agentId: id }) => id === w)).toMatchObject([
      { version: 1 },
      { version: 2 },
      { version: 3 },
    ]);
  });

  it("does not disturb what is decided after it is known, while others of its time still fail", async () => {
    const { ledger, failOnce } = await openLedger();
    await ledger.execute(w, [spawn()]);
    failOnce();
    const first = ledger.execute(w, [input("1")]);
    const second = ledger.execute(w, [input("2")]).catch((error: unknown) => error);
    const again = first.catch(() =>
      Promise.all([ledger.execute(w, [input("3")]), ledger.execute(w, [input("4")])]),
    );
    await again;
    expect(await second).toMatchObject({ code: "log.write_failed" });
    expect(texts(ledger, w)).toEqual(["3", "4"]);
  });

  it("does not disturb what is being written before it", async () => {
    const { ledger, failOnce, held } = await openLedger();
    await ledger.execute(w, [spawn()]);
    const gate = createGate();
    held.append = gate.opened;
    const first = ledger.execute(w, [input("1")]);
    failOnce();
    await expect(ledger.execute(w, [input("2")])).rejects.toMatchObject({ code: "log.write_failed" });
    const third = ledger.execute(w, [input("3")]);
    gate.open();
    expect([await first, await third]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(texts(ledger, w)).toEqual(["1", "3"]);
  });

  it("of a spawn leaves neither the agent nor its name behind", async () => {
    const { ledger, failOnce } = await openLedger();
    failOnce();
    const named = spawn({ name: "ada" });
    const [first, second] = await Promise.allSettled([
      ledger.execute(w, [named]),
      ledger.execute(w, [input("1")]),
    ]);
    expect([first, second]).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    expect(ledger.index.size).toBe(0);
    expect(await ledger.load(w)).toBeUndefined();
    expect(await ledger.execute(agentId("w-2"), [named])).toMatchObject({ ok: true });
    expect(await ledger.execute(w, [named])).toMatchObject({ refusal: { code: "agent.name_taken" } });
    expect(await ledger.execute(w, [spawn()])).toMatchObject({ ok: true });
  });

  it("on an agent that has not started leaves it open for the next command and for mail", async () => {
    const { ledger, failOnce } = await openLedger();
    await ledger.execute(parent, [spawn()]);
    await ledger.execute(w, [spawn({ parentId: parent, task: "t", lifetime: "ephemeral" })]);
    failOnce();
    await expect(ledger.execute(parent, [input("1")])).rejects.toMatchObject({ code: "log.write_failed" });
    expect(ledger.peek(parent)?.record.status).toBe("pending");
    await ledger.execute(w, [start, fail]);
    expect(ledger.peek(parent)?.inbox).toMatchObject([{ kind: "report", from: w }]);
  });
});

describe("another writer", () => {
  const foreign = (memory: MemoryLog, id: AgentId, expectedVersion: number) =>
    memory.append({
      agentId: id,
      expectedVersion,
      events: [
        {
          type: "INPUT_RECEIVED",
          data: { inputId: inputId("f"), kind: "chat", mode: "queue", from: "x", text: "foreign" },
        },
      ],
      at: 5,
    });

  it("that was not heard of makes a conflict, after which its events are known", async () => {
    const { ledger, memory, told } = await openLedger();
    await ledger.execute(w, [spawn()]);
    told.silent = true;
    await foreign(memory, w, 1);
    told.silent = false;
    await expect(ledger.execute(w, [input("1")])).rejects.toMatchObject({ code: "log.conflict" });
    expect(texts(ledger, w)).toEqual(["foreign"]);
    expect(ledger.index.get(w)).toMatchObject({ version: 2, pendingInputs: 1 });
    expect(await ledger.execute(w, [input("3")])).toMatchObject({ ok: true });
    expect(texts(ledger, w)).toEqual(["foreign", "3"]);
  });

  it("that is quicker than what is being written is not taken for it", async () => {
    const { ledger, memory } = await openLedger();
    await ledger.execute(w, [spawn()]);
    const theirs = foreign(memory, w, 1);
    const mine = ledger.execute(w, [input("mine")]);
    await theirs;
    await expect(mine).rejects.toMatchObject({ code: "log.conflict" });
    expect(texts(ledger, w)).toEqual(["foreign"]);
    await ledger.execute(w, [input("next")]);
    expect(texts(ledger, w)).toEqual(["foreign", "next"]);
  });

  it("between two writes under way leaves a state that is what the log says, whatever became of them", async () => {
    for (const events of [1, 2, 3]) {
      const { ledger, memory } = await openLedger();
      await ledger.execute(w, [spawn()]);
      const theirs: Promise<unknown>[] = [];
      for (let version = 1; version <= events; version += 1) theirs.push(foreign(memory, w, version));
      const mine = ["1", "2", "3", "4"].map((text) => ledger.execute(w, [input(text)]));
      const [first, ...others] = await Promise.allSettled(mine);
      await Promise.all(theirs);
      expect(first).toMatchObject({ reason: { code: "log.conflict" } });
      const recorded = memory
        .events()
        .slice(1)
        .map((event) => (event.type === "INPUT_RECEIVED" ? event.data.text : ""));
      expect(texts(ledger, w)).toEqual(recorded);
      expect(recorded).toHaveLength(events + others.filter(({ status }) => status === "fulfilled").length);
      expect(await ledger.execute(w, [input("next")])).toMatchObject({ ok: true });
    }
  });

  it("that spawned the same agent unheard of is found out", async () => {
    const { ledger, memory, told } = await openLedger();
    const other = await Ledger.open({
      log: memory,
      snapshots: createMemorySnapshotStore(),
      clock: createManualClock(),
    });
    told.silent = true;
    await other.execute(w, [spawn({ label: "theirs" })]);
    told.silent = false;
    await expect(ledger.execute(w, [spawn({ label: "mine" })])).rejects.toMatchObject({
      code: "log.conflict",
    });
    expect(ledger.peek(w)?.record.label).toBe("theirs");
    expect(await ledger.execute(w, [spawn()])).toMatchObject({ refusal: { code: "agent.exists" } });
  });

  it("that is heard of is simply taken in, spawns too", async () => {
    const { ledger, memory } = await openLedger();
    const clock = createManualClock();
    const other = await Ledger.open({ log: memory, snapshots: createMemorySnapshotStore(), clock });
    await other.execute(w, [spawn({ name: "ada" }), input("1")]);
    await ledger.execute(w, [input("2")]);
    await other.execute(w, [input("3")]);
    expect(texts(ledger, w)).toEqual(["1", "2", "3"]);
    expect(ledger.peek(w)).toEqual(other.peek(w));
    expect(ledger.index.byName("ada")?.id).toBe(w);
  });

  it.each(["before", "after"] as const)(
    "and mail that comes %s an agent is read again are both there, once",
    async (when) => {
      const { ledger, memory, told, held } = await openLedger();
      await ledger.execute(parent, [spawn()]);
      await ledger.execute(w, [spawn({ parentId: parent, task: "t", lifetime: "ephemeral" }), start]);
      told.silent = true;
      await foreign(memory, parent, 1);
      told.silent = false;
      const gate = createGate();
      held[when] = gate.opened;
      const conflict = ledger.execute(parent, [input("1")]);
      conflict.catch(() => undefined);
      await new Promise(setImmediate);
      expect(ledger.peek(parent)).toBeUndefined();
      await ledger.execute(w, [fail]);
      gate.open();
      await expect(conflict).rejects.toMatchObject({ code: "log.conflict" });
      expect(ledger.peek(parent)?.inbox).toMatchObject([{ text: "foreign" }, { kind: "report" }]);
      expect(ledger.index.get(parent)?.pendingInputs).toBe(2);
    },
  );
});

describe("a report", () => {
  const child = { parentId: parent, task: "t", lifetime: "ephemeral" } as const;

  it("reaches the parent's state, idle or with decisions being written, and is decided upon", async () => {
    const { ledger, memory } = await openLedger();
    await ledger.execute(parent, [spawn()]);
    for (const id of ["w-1", "w-2", "w-3"]) await ledger.execute(agentId(id), [spawn(child), start]);
    await ledger.execute(w, [fail]);
    expect(texts(ledger, parent)).toHaveLength(1);
    await Promise.all([
      ledger.execute(parent, [input("before")]),
      ledger.execute(agentId("w-2"), [fail]),
      ledger.execute(parent, [input("between")]),
      ledger.execute(agentId("w-3"), [fail]),
      ledger.execute(parent, [input("after")]),
    ]);
    const froms = ledger.peek(parent)?.inbox.map(({ from, text }) => (from === "user" ? text : from));
    expect(froms).toEqual(["w-1", "before", "w-2", "between", "w-3", "after"]);
    const replayed = await Ledger.open({
      log: memory,
      snapshots: createMemorySnapshotStore(),
      clock: createManualClock(),
    });
    expect(replayed.peek(parent)).toEqual(ledger.peek(parent));
    const reports = ledger.peek(parent)?.inbox.filter(({ kind }) => kind === "report") ?? [];
    const delivered = await ledger.execute(parent, [
      { type: "execution.queue", correlationId: null },
      start,
      { type: "input.deliver", inputIds: reports.map((report) => report.inputId) },
    ]);
    expect(delivered).toMatchObject({ ok: true });
    expect(texts(ledger, parent)).toEqual(["before", "between", "after"]);
  });

  it("to a parent that is closed is counted, and found when it is loaded", async () => {
    const { ledger } = await openLedger();
    await ledger.execute(parent, [spawn()]);
    await ledger.execute(w, [spawn(child), start]);
    await ledger.execute(parent, [{ type: "agent.close", cause: "user" }]);
    await ledger.execute(w, [fail]);
    expect(ledger.index.get(parent)).toMatchObject({ status: "closed", pendingInputs: 1 });
    const loaded = await ledger.load(parent);
    expect(loaded?.inbox).toMatchObject([{ from: w }]);
    expect(loaded?.record).toEqual(ledger.index.get(parent));
  });
});

describe("a closed agent", () => {
  it("leaves memory and can be loaded, also by many at once", async () => {
    const { ledger, reads } = await openLedger();
    await ledger.execute(w, [spawn({ task: "t", lifetime: "ephemeral" }), start, fail]);
    expect(ledger.peek(w)).toBeUndefined();
    expect(ledger.index.get(w)).toMatchObject({ status: "closed", report: { status: "failed" } });
    const before = reads.count;
    const loaded = await Promise.all([ledger.load(w), ledger.load(w), ledger.load(w)]);
    expect(loaded[0]?.record).toEqual(ledger.index.get(w));
    expect(loaded[1]).toBe(loaded[0]);
    expect(reads.count - before).toBe(1);
    expect(ledger.peek(w)).toBeUndefined();
    expect(await ledger.load(agentId("nobody"))).toBeUndefined();
  });

  it("refuses what it must, and is not held for that", async () => {
    const { ledger } = await openLedger();
    await ledger.execute(w, [spawn({ task: "t", lifetime: "ephemeral" }), start, fail]);
    const outcomes = await Promise.all([
      ledger.execute(w, [input("1")]),
      ledger.load(w),
      ledger.execute(w, [spawn()]),
    ]);
    expect(outcomes).toMatchObject([
      { refusal: { code: "agent.closed" } },
      { record: { id: w } },
      { refusal: { code: "agent.exists" } },
    ]);
    expect(await ledger.execute(w, [{ type: "agent.close", cause: "user" }])).toMatchObject({ events: [] });
    expect(ledger.peek(w)).toBeUndefined();
  });
});

describe("names", () => {
  it("are unique under spawns at once, and an agent spawned twice is told so", async () => {
    const { ledger } = await openLedger();
    const ada = spawn({ name: "ada" });
    const outcomes = await Promise.all([
      ledger.execute(w, [ada]),
      ledger.execute(agentId("w-2"), [ada]),
      ledger.execute(w, [ada]),
    ]);
    expect(outcomes).toMatchObject([
      { ok: true },
      { refusal: { code: "agent.name_taken" } },
      { refusal: { code: "agent.exists" } },
    ]);
    expect(await ledger.execute(agentId("w-3"), [ada])).toMatchObject({
      refusal: { code: "agent.name_taken" },
    });
  });

  it("of spawns that were refused or threw are free again", async () => {
    const { ledger } = await openLedger();
    const ada = spawn({ name: "ada" });
    expect(await ledger.execute(w, [ada, input(" ")])).toMatchObject({ ok: false });
    const then = (): readonly AgentCommand[] => {
      throw new Error("a bug");
    };
    await expect(ledger.execute(w, [ada], rounds(then))).rejects.toThrow("a bug");
    expect(await ledger.execute(w, [ada])).toMatchObject({ ok: true });
  });
});

describe("the cost of an event", () => {
  it("does not depend on how many agents there are: only whom it concerns is touched, and nothing is read", async () => {
    const touched = async (agents: number): Promise<readonly unknown[]> => {
      const { ledger, reads, snapshots } = await openLedger();
      await ledger.execute(parent, [spawn()]);
      const ids = Array.from({ length: agents }, (_, index) => agentId(`x-${index}`));
      await Promise.all(ids.map((id) => ledger.execute(id, [spawn({ parentId: parent, task: "t" }), start])));
      const saves = await snapshots.completeTo();
      const before = new Map([...ids, parent].map((id) => [id, [ledger.peek(id), ledger.index.get(id)]]));
      const readBefore = reads.count;
      await ledger.execute(ids[3] ?? w, [fail]);
      const changed = [...before].filter(
        ([id, [state, record]]) => ledger.peek(id) !== state || ledger.index.get(id) !== record,
      );
      return [changed.map(([id]) => id), reads.count - readBefore, (await snapshots.completeTo()) - saves];
    };
    const few = await touched(10);
    expect(few).toEqual([["x-3", parent], 0, 0]);
    expect(await touched(600)).toEqual(few);
  });
});
