import {
  SILENT_LOGGER,
  agentId,
  type AgentCommand,
  type EventLog,
  type Logger,
  type SnapshotStore,
} from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { input, spawn } from "./testing/commands.ts";

const w = agentId("w-1");
const v = agentId("w-2");
const close: AgentCommand = { type: "agent.close", cause: "user" };
const dismiss: AgentCommand = { type: "agent.dismiss", by: "user" };
const remove: AgentCommand = { type: "agent.remove", by: "user" };

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Ground {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
}

function ground(): { readonly log: MemoryLog; readonly snapshots: SnapshotStore } {
  return { log: createMemoryLog(), snapshots: createMemorySnapshotStore() };
}

function open({ log, snapshots }: Ground, logger: Logger = SILENT_LOGGER): Promise<Ledger> {
  return Ledger.open({ log, snapshots, clock: createManualClock({ now: 1_000 }), logger });
}

/** A process that has the colony open. */
async function host(on: Ground, id: string): Promise<Ledger> {
  const ledger = await open(on);
  await ledger.executeColony({ type: "colony.open", host: { id, pid: 1, startedAt: 0 }, release: "t" });
  return ledger;
}

/** The same log as it is seen by a process that is told of nothing but its own appends. */
function ownView({ log, snapshots }: Ground): Ground {
  const listeners = new Set<Parameters<EventLog["onAppended"]>[0]>();
  const append: EventLog["append"] = async (what) => {
    const events = await log.append(what);
    for (const listener of listeners) listener(events);
    return events;
  };
  const onAppended: EventLog["onAppended"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { snapshots, log: { ...log, append, onAppended } };
}

/** What is known after an opening from the checkpoint, and what the log says alone. */
async function reopened(on: Ground): Promise<readonly [readonly unknown[], readonly unknown[]]> {
  const known = async (from: Ground): Promise<readonly unknown[]> => {
    const { index } = await open(from);
    return [w, v].map((id) => index.get(id) ?? id);
  };
  return [await known(on), await known({ ...on, snapshots: createMemorySnapshotStore() })];
}

/** Warnings as they are logged. */
function listening(): { readonly logger: Logger; readonly reasons: unknown[] } {
  const reasons: unknown[] = [];
  const warn = (about: object): void => void reasons.push((about as { reason?: unknown }).reason);
  return { reasons, logger: { ...SILENT_LOGGER, warn } };
}

describe("what another writer does to an agent that is not held", () => {
  it.each(["at once", "a moment later"] as const)(
    "is not missing from the checkpoint that is saved %s",
    async (when) => {
      const on = ground();
      const mine = await open(on);
      await mine.execute(w, [spawn(), close]);
      const theirs = await open(on);
      await theirs.execute(w, [dismiss]);
      if (when === "a moment later") await settled();
      await mine.close();
      await theirs.execute(w, [remove]);
      const [known, said] = await reopened(on);
      expect(known).toEqual(said);
      expect(known).toMatchObject([{ id: w, dismissed: true, removed: true }, v]);
    },
  );

  it("is missing from no checkpoint where it cannot be read", async () => {
    const on = ground();
    let isUnreadable = false;
    const read: EventLog["read"] = async (query) => {
      if (isUnreadable && query.concerning === w) throw new Error("unreadable");
      return await on.log.read(query);
    };
    const mine = await open({ ...on, log: { ...on.log, read } });
    await mine.execute(w, [spawn(), close]);
    isUnreadable = true;
    await (await open(on)).execute(w, [dismiss]);
    await settled();
    await mine.close();
    const [known, said] = await reopened(on);
    expect(known).toEqual(said);
    expect(known).toMatchObject([{ id: w, dismissed: true }, v]);
  });

  it("is in its record, and in the checkpoint once it has been read", async () => {
    const on = ground();
    const mine = await open(on);
    await mine.execute(w, [spawn(), close]);
    await (await open(on)).execute(w, [dismiss]);
    await settled();
    expect(mine.index.get(w)).toMatchObject({ dismissed: true, version: 3 });
    // A closed one is not kept in memory for it.
    expect(mine.peek(w)).toBeUndefined();
    await mine.close();
    expect(await on.snapshots.get(w)).toMatchObject({ version: 3, open: false });
    expect(await on.snapshots.completeTo()).toBe(on.log.head());
  });
});

describe("whoever has lost a shared log", () => {
  it.each([
    ["is told of what the other writes", (on: Ground) => on],
    ["is told of nothing but its own appends", ownView],
  ] as const)("and %s saves no checkpoint any more", async (_name, viewOf) => {
    const on = ground();
    const first = await host(viewOf(on), "a");
    await first.execute(w, [spawn(), close]);
    await first.execute(v, [spawn()]);
    const second = await host(viewOf(on), "b");
    await second.execute(w, [dismiss]);
    await first.execute(v, [input("late")]);
    await second.close();
    const saved = [await on.snapshots.completeTo(), await on.snapshots.list("all")];
    await first.close();
    expect([await on.snapshots.completeTo(), await on.snapshots.list("all")]).toEqual(saved);
  });

  it("leaves a checkpoint that is what the log says, wherever its own was due", async () => {
    for (const closes of [1, 2, 3, 4, 5]) {
      const on = ground();
      const earlier = await host(on, "z");
      await earlier.execute(w, [spawn(), close]);
      await earlier.execute(v, [spawn(), close]);
      await earlier.close();
      const first = await host(on, "a");
      let second = await open(on);
      const steps: readonly (() => Promise<unknown>)[] = [
        async () => {
          second = await host(on, "b");
        },
        () => second.execute(w, [dismiss]),
        () => second.executeColony({ type: "dispatch.block", owner: "x", reason: "r" }),
        () => second.execute(v, [dismiss]),
        () => second.execute(w, [remove]),
      ];
      for (const [place, step] of steps.entries()) {
        if (place === closes) await first.close();
        await step();
      }
      if (closes === steps.length) await first.close();
      const [known, said] = await reopened(on);
      expect([closes, known]).toEqual([closes, said]);
    }
  });
});

describe("a checkpoint that is no part of its log", () => {
  it("is left, and the whole log is read instead, where what stands after it does not follow on it", async () => {
    const on = ground();
    const ledger = await host(on, "a");
    await ledger.execute(w, [spawn(), close]);
    await ledger.close();
    const old = await on.snapshots.list("all");
    await (await open({ ...on, snapshots: createMemorySnapshotStore() })).execute(w, [dismiss]);
    // As a process has left it that had not heard of that.
    await on.snapshots.save(
      old.map((snapshot) => ({ ...snapshot, seq: on.log.head() })),
      on.log.head(),
    );
    await (await open({ ...on, snapshots: createMemorySnapshotStore() })).execute(w, [remove]);
    const { logger, reasons } = listening();
    const again = await open(on, logger);
    expect(again.index.get(w)).toMatchObject({ dismissed: true, removed: true, version: 4 });
    expect(reasons).toEqual(["it does not fit what stands in the log after seq 4"]);
    // What it saves replaces the other one.
    await again.close();
    const after = listening();
    expect((await open(on, after.logger)).index.get(w)).toEqual(again.index.get(w));
    expect(after.reasons).toEqual([]);
  });

  it("is not used where another process saves one just as it is read", async () => {
    const on = ground();
    const first = await host(on, "a");
    await first.execute(w, [spawn()]);
    await first.close();
    const late = await host(on, "a");
    await late.execute(w, [input("1")]);
    const torn: SnapshotStore = {
      ...on.snapshots,
      completeTo: async () => {
        const completeTo = await on.snapshots.completeTo();
        await late.close();
        return completeTo;
      },
    };
    const { logger, reasons } = listening();
    const ledger = await open({ ...on, snapshots: torn }, logger);
    expect(ledger.peek(w)?.inbox.map(({ text }) => text)).toEqual(["1"]);
    expect(reasons).toMatchObject([expect.stringMatching(/reaches to seq \d+, the checkpoint only to \d+/)]);
  });
});
