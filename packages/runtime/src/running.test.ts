import { createGate } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import type { RunningSnapshot } from "./running.ts";
import { KeptColony } from "./testing/kept-colony.ts";

const shown = ({ agents }: RunningSnapshot): readonly string[] =>
  agents.map(({ name, status, phase }) => `${name} ${status} ${phase}`);

describe("what is running", () => {
  it("is told when somebody begins to listen, and after each change, down to nothing", async () => {
    await using kept = new KeptColony();
    const gate = createGate();
    const colony = await kept.open({
      limits: { concurrency: 1 },
      worker: () => ({ text: "done", before: gate.opened }),
    });
    expect(colony.running()).toMatchObject({ agents: [] });
    const levels: RunningSnapshot[] = [];
    const subscription = colony.running$.subscribe((level) => void levels.push(level));
    expect(levels).toHaveLength(1);
    await colony.spawn("helper", { task: "t", name: "a" });
    await colony.spawn("helper", { task: "t", name: "b" });
    await kept.settled();
    expect(levels.map(shown).at(-1)).toEqual(["a running thinking", "b queued starting"]);
    expect(colony.running()).toEqual(levels.at(-1));
    expect(levels.at(-1)?.agents[0]).toMatchObject({
      kind: "worker",
      definitionId: "helper",
      parentId: null,
      depth: 1,
      doing: "scripted/test",
      attempt: 1,
      cancelling: false,
      usage: { inputTokens: 0 },
    });
    gate.open();
    await kept.settled();
    expect(levels.map(shown).at(-1)).toEqual([]);
    expect(new Set(levels).size).toBe(levels.length);
    subscription.unsubscribe();
    const before = levels.length;
    await kept.ended(colony, "c");
    expect(levels).toHaveLength(before);
  });

  it("is told once for all that changes in one turn, and not for what changes nothing in it", async () => {
    await using kept = new KeptColony();
    const gate = createGate();
    const colony = await kept.open({
      limits: { concurrency: 100 },
      worker: () => ({ text: "done", before: gate.opened }),
    });
    let levels = 0;
    let last: RunningSnapshot | undefined;
    colony.running$.subscribe((level) => {
      levels += 1;
      last = level;
    });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => colony.spawn("helper", { task: "t", name: `w${index}` })),
    );
    await kept.settled();
    expect(last?.agents).toHaveLength(50);
    expect(levels).toBeLessThan(20);
    const before = levels;
    await colony.setBudget({ usd: 5 }).catch(() => colony.setBudget({ tokens: 1_000_000 }));
    await kept.settled();
    expect(levels).toBe(before);
    gate.open();
    await kept.settled();
    expect(last?.agents).toEqual([]);
  });

  it("can be iterated: whoever is slow is told the newest level, and it ends with the colony", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    const levels = colony.running$[Symbol.asyncIterator]();
    expect((await levels.next()).value).toMatchObject({ agents: [] });
    for (const name of ["a", "b", "c"]) await kept.ended(colony, name);
    await kept.settled();
    expect((await levels.next()).value).toMatchObject({ agents: [] });
    await kept.close();
    expect((await levels.next()).done).toBe(true);
  });

  it("is the same for several listeners, of whom one leaves and one fails", async () => {
    await using kept = new KeptColony();
    const gate = createGate();
    const colony = await kept.open({ worker: () => ({ text: "done", before: gate.opened }) });
    const [one, two]: [RunningSnapshot[], RunningSnapshot[]] = [[], []];
    const leaving = colony.running$.subscribe((level) => void one.push(level));
    colony.running$.subscribe(() => {
      throw new Error("a listener that fails");
    });
    colony.running$.subscribe((level) => void two.push(level));
    await colony.spawn("helper", { task: "t", name: "a" });
    await kept.settled();
    leaving.unsubscribe();
    expect(one.at(-1)).toEqual(two.at(-1));
    gate.open();
    await kept.settled();
    expect(shown(two.at(-1) ?? colony.running())).toEqual([]);
    expect(one.at(-1)?.agents).toHaveLength(1);
  });
});
