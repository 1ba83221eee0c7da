import { agentId, type AgentCommand, type AgentId, type SnapshotStore } from "@colony/core";
import { createManualClock, type ManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { input, spawn } from "./testing/commands.ts";

const workers = (count: number): readonly AgentId[] =>
  Array.from({ length: count }, (_, index) => agentId(`w-${index}`));

interface Host {
  readonly log: MemoryLog;
  readonly clock: ManualClock;
  readonly snapshots: SnapshotStore;
  readonly ledger: Ledger;
}

async function host(log = createMemoryLog(), snapshots = createMemorySnapshotStore()): Promise<Host> {
  const clock = createManualClock();
  return { log, clock, snapshots, ledger: await Ledger.open({ log, clock, snapshots }) };
}

/** The same command for each of them, many in a commit. */
async function all({ ledger }: Host, ids: readonly AgentId[], ...commands: AgentCommand[]): Promise<void> {
  await Promise.all(ids.map((id) => ledger.require(id, commands)));
}

/** What the store has now, as a process finds it after a kill. */
async function left(snapshots: SnapshotStore): Promise<SnapshotStore> {
  const copy = createMemorySnapshotStore();
  await copy.save(await snapshots.list("all"), await snapshots.completeTo());
  return copy;
}

const textsOf = ({ ledger }: Host, ids: readonly AgentId[]): readonly (readonly string[])[] =>
  ids.map((id) => ledger.peek(id)?.inbox.map(({ text }) => text) ?? ["nobody"]);

describe("a checkpoint", () => {
  it("waits for more events where more agents are at work", async () => {
    const on = await host();
    const ids = workers(100);
    await all(on, ids, spawn());
    const spawned = on.log.head();
    let number = 0;
    while (on.log.head() + 100 < 6_400) await all(on, ids, input(`${(number += 1)}`));
    await on.clock.advance(60_000);
    expect([spawned, await on.snapshots.completeTo()]).toEqual([100, 0]);
    await all(on, ids, input("last"));
    await on.clock.advance(60_000);
    expect(await on.snapshots.completeTo()).toBe(6_400);
    // Whoever works alone after that is saved alone, and sooner.
    const one = ids.slice(0, 1);
    while (on.log.head() < 8_400) await all(on, one, input(`${(number += 1)}`));
    await on.clock.advance(60_000);
    expect(await on.snapshots.completeTo()).toBe(8_400);
  });

  it("does not wait for those who have ended, who are saved once in any case", async () => {
    const on = await host();
    const [ended, open] = [workers(400).slice(20), workers(20)];
    await all(on, ended, spawn(), input("a"), { type: "agent.close", cause: "user" });
    await all(on, open, spawn());
    expect(on.log.head()).toBeLessThan(2_000);
    for (let number = 0; on.log.head() < 2_000; number += 1) await all(on, open, input(`${number}`));
    await on.clock.advance(60_000);
    expect(on.log.head()).toBeLessThan(2_100);
    expect(await on.snapshots.completeTo()).toBe(on.log.head());
  });

  it("counts what an earlier process has left to read again", async () => {
    const first = await host();
    const ids = workers(30);
    await all(first, ids, spawn());
    for (let number = 0; number < 63; number += 1) await all(first, ids, input(`${number}`));
    await first.clock.advance(60_000);
    expect(await first.snapshots.completeTo()).toBe(0);
    const second = await host(createMemoryLog({ from: first.log.events() }), first.snapshots);
    for (let number = 63; number < 66; number += 1) await all(second, ids, input(`${number}`));
    expect(second.log.head()).toBe(2_010);
    await second.clock.advance(60_000);
    expect(await second.snapshots.completeTo()).toBe(2_010);
  });

  it("has whoever goes on right after the one before", async () => {
    const on = await host();
    const [one, two] = [agentId("w-1"), agentId("w-2")];
    const busy = async (id: AgentId): Promise<void> => {
      await on.ledger.require(id, [
        spawn(),
        ...Array.from({ length: 2_000 }, (_, index) => input(`${index}`)),
      ]);
    };
    await busy(one);
    await on.clock.advance(500);
    expect(await on.snapshots.completeTo()).toBe(on.log.head());
    await all(on, [one], input("late"));
    await busy(two);
    await on.clock.advance(500);
    expect(await on.snapshots.completeTo()).toBe(on.log.head());
    const again = await host(on.log, await left(on.snapshots));
    expect(textsOf(again, [one])[0]?.at(-1)).toBe("late");
  });

  it("of many states lets others go first in between", async () => {
    const on = await host();
    const ids = workers(600);
    await all(on, ids, spawn());
    for (let number = 0; number < 63; number += 1) await all(on, ids, input(`${number}`));
    await on.clock.advance(490);
    const seen: number[] = [];
    let began = 0;
    for (let wait = 0; wait < 20 && (await on.snapshots.completeTo()) === 0; wait += 1) {
      await on.clock.advance(5);
      seen.push((await on.snapshots.list("all")).length);
      if (seen.at(-1) === 256 && began === 0) began = on.log.head();
      await all(on, ids.slice(-1), input(`meanwhile ${wait}`));
      await all(on, [agentId(`late-${wait}`)], spawn());
    }
    expect([...new Set(seen)].slice(0, 3)).toEqual([0, 256, 512]);
    expect(seen.at(-1)).toBeGreaterThan(600);
    // It is of the moment at which it began: what came meanwhile is read from the log.
    expect(began).toBeLessThan(on.log.head());
    expect(await on.snapshots.completeTo()).toBe(began);
    const again = await host(on.log, await left(on.snapshots));
    expect(textsOf(again, ids)).toEqual(textsOf(on, ids));
    expect(again.ledger.budgets.account()).toEqual(on.ledger.budgets.account());
    expect(again.ledger.budgets.account()?.spent.workers).toBe(600 + seen.length);
  });

  it("that was cut off between two slices loses nothing, and what it saved is not done again", async () => {
    const on = await host();
    const ids = workers(600);
    await all(on, ids, spawn());
    await on.ledger.close();
    const before = await on.snapshots.completeTo();
    const second = await host(createMemoryLog({ from: on.log.events() }), on.snapshots);
    await all(second, ids, input("heard"));
    for (let number = 0; number < 63; number += 1) await all(second, ids, input(`${number}`));
    await second.clock.advance(501);
    await all(second, ids.slice(0, 300), input("late"));
    await all(second, [agentId("late")], spawn());
    const cut = await left(second.snapshots);
    const saved = await cut.list("all");
    expect(saved.filter(({ seq }) => seq > before)).toHaveLength(256);
    expect(await cut.completeTo()).toBe(before);
    const third = await host(createMemoryLog({ from: second.log.events() }), cut);
    expect(textsOf(third, ids)).toEqual(textsOf(second, ids));
    expect(textsOf(third, ids.slice(299, 301)).map((texts) => texts.length)).toEqual([65, 64]);
    await third.ledger.close();
    const fourth = await host(createMemoryLog({ from: third.log.events() }), await left(cut));
    expect(textsOf(fourth, ids)).toEqual(textsOf(second, ids));
    for (const later of [third, fourth])
      expect(later.ledger.budgets.account()?.spent).toMatchObject({ workers: 601 });
  });

  it("is completed at once by whoever closes", async () => {
    const on = await host();
    const ids = workers(600);
    await all(on, ids, spawn());
    for (let number = 0; number < 63; number += 1) await all(on, ids, input(`${number}`));
    await on.clock.advance(501);
    expect((await on.snapshots.list("all")).length).toBe(256);
    await on.ledger.close();
    expect((await on.snapshots.list("all")).length).toBe(601);
    expect(await on.snapshots.completeTo()).toBe(on.log.head());
    expect(on.clock.pending()).toBe(0);
  });
});
