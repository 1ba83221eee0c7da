import { describe, expect, it } from "vitest";
import { COLONY_STREAM, agentId, callId, colonyId } from "../ids.ts";
import { NO_USAGE } from "../messages/usage.ts";
import type { Fact } from "../state/fact.ts";
import { BudgetBook } from "./book.ts";

const [A, B, BELOW] = [agentId("w-1"), agentId("w-2"), agentId("w-11")];

function book(saved?: BudgetBook["state"]): BudgetBook {
  return new BudgetBook((id) => (id === BELOW ? A : undefined), saved);
}

function fact(agent: string, at: number, told: Pick<Fact, "type" | "data">): Fact {
  return { ...told, agentId: agentId(agent), colonyId: colonyId("c"), version: 1, at } as Fact;
}

const started = (agent: string, at: number, attempt = 1): Fact =>
  fact(agent, at, { type: "EXECUTION_STARTED", data: { host: "h", attempt } });

const ended = (agent: string, at: number): Fact =>
  fact(agent, at, {
    type: "EXECUTION_COMPLETED",
    data: {
      cause: "finished",
      output: null,
      error: null,
      activeMs: 0,
      usage: NO_USAGE,
      turns: 0,
      toolCalls: 0,
    },
  });

const looked = (agent: string, at: number): Fact =>
  fact(agent, at, {
    type: "TOOL_CALL_COMPLETED",
    data: { callId: callId("c"), name: "look", result: { status: "ok", output: "" }, durationMs: 1 },
  });

const paused = (agent: string, at: number): Fact =>
  fact(agent, at, { type: "EXECUTION_PAUSED", data: { reason: "shutdown" } });

const opened = (at: number): Fact =>
  fact("colony", at, {
    type: "COLONY_OPENED",
    data: { host: { id: "h", pid: 1, startedAt: at }, release: "0" },
  });

const budget = (wallMs: number, at = 0): Fact =>
  fact("colony", at, { type: "BUDGET_SET", data: { budget: { wallMs } } });

const given = (facts: readonly Fact[]): BudgetBook => {
  const kept = book();
  for (const each of facts) kept.take(each);
  return kept;
};

describe("the time at work", () => {
  it("counts those side by side once, and nothing while nobody is at work", () => {
    const kept = given([started("w-1", 1_000), started("w-2", 2_000), ended("w-1", 4_000)]);
    expect(kept.workedMs(COLONY_STREAM, 5_000)).toBe(4_000);
    kept.take(ended("w-2", 6_000));
    expect(kept.workedMs(COLONY_STREAM, 900_000)).toBe(5_000);
    kept.take(started("w-2", 900_000));
    expect(kept.workedMs(COLONY_STREAM, 900_500)).toBe(5_500);
  });

  it("in which no host lived is charged to nobody: it counts to the last that a dead host recorded of its work", () => {
    const kept = given([started("w-1", 1_000), looked("w-1", 4_000)]);
    // A person sets a budget and says something while no host lives.
    kept.take(budget(60_000, 500_000));
    kept.take(
      fact("w-1", 600_000, {
        type: "INPUT_RECEIVED",
        data: { inputId: "i", kind: "chat", mode: "steer", from: "user", text: "x" } as never,
      }),
    );
    expect(kept.workedMs()).toBe(3_000);
    kept.take(opened(700_000));
    expect(kept.workedMs(COLONY_STREAM, 800_000)).toBe(3_000);
    kept.take(started("w-1", 800_000, 2));
    expect(kept.workedMs(COLONY_STREAM, 801_000)).toBe(4_000);
    expect(kept.timeLeft(A, 801_000)).toBe(56_000);
  });

  it("ends where a host lets go in good order, and is not counted twice where one takes over within a process", () => {
    const kept = given([
      started("w-1", 1_000),
      paused("w-1", 2_000),
      opened(9_000),
      started("w-1", 9_000, 2),
    ]);
    kept.take(started("w-1", 9_500, 3));
    kept.take(ended("w-1", 10_000));
    expect(kept.workedMs(COLONY_STREAM, 20_000)).toBe(2_000);
  });

  it("in which their host was held up is counted for nobody, though each of them tells of it", () => {
    const held = (agent: string, until: number): Fact =>
      fact(agent, until, { type: "EXECUTION_HELD_UP", data: { ms: 100_000, until } });
    const kept = given([started("w-1", 1_000), started("w-2", 1_000), looked("w-1", 2_000)]);
    kept.take(held("w-1", 103_000));
    kept.take(held("w-2", 103_000));
    expect(kept.workedMs(COLONY_STREAM, 104_000)).toBe(3_000);
    kept.take(held("w-1", 204_000));
    expect(kept.workedMs(COLONY_STREAM, 204_000)).toBe(3_000);
  });

  it("before their host was held up stays counted where that host dies afterwards", () => {
    const kept = given([started("w-1", 1_000), looked("w-1", 11_000)]);
    kept.take(fact("w-1", 111_000, { type: "EXECUTION_HELD_UP", data: { ms: 100_000, until: 111_000 } }));
    kept.take(opened(900_000));
    expect(kept.workedMs(COLONY_STREAM, 900_000)).toBe(10_000);
  });

  it("of one that leaves lasts until it has let go", () => {
    const leaving = { reason: "shutdown", leaving: true } as const;
    const kept = given([
      started("w-1", 1_000),
      fact("w-1", 2_000, { type: "EXECUTION_PAUSED", data: leaving }),
    ]);
    kept.take(paused("w-1", 9_000));
    expect(kept.workedMs(COLONY_STREAM, 20_000)).toBe(8_000);
  });

  it("of an agent with a budget of its own is that of everything below it, and the narrowest one binds", () => {
    const kept = given([
      budget(10_000),
      fact("w-1", 0, {
        type: "AGENT_SPAWNED",
        data: { kind: "worker", parentId: null, budget: { wallMs: 2_000 } } as never,
      }),
      started("w-2", 0),
      started("w-11", 5_000),
    ]);
    expect(kept.timeLeft(BELOW, 6_500)).toBe(500);
    expect(kept.timeLeft(B, 6_500)).toBe(3_500);
    expect(kept.overtime(BELOW, 6_999)).toBeUndefined();
    expect(kept.overtime(BELOW, 7_000)).toEqual({ scope: A, budgetMs: 2_000 });
    expect(kept.overtime(B, 10_000)).toEqual({ scope: COLONY_STREAM, budgetMs: 10_000 });
    expect(given([started("w-2", 0)]).timeLeft(B, 1e9)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is the same from a checkpoint on, also from one of before there was such a thing", () => {
    const facts = [budget(9_000), started("w-1", 1_000), started("w-2", 1_500), looked("w-1", 2_000)];
    const rest = [ended("w-2", 2_500), opened(70_000), started("w-1", 80_000), ended("w-1", 81_000)];
    for (let cut = 0; cut <= facts.length; cut += 1) {
      const saved = JSON.parse(JSON.stringify(given(facts.slice(0, cut)).state)) as BudgetBook["state"];
      const again = book(saved);
      for (const each of [...facts.slice(cut), ...rest]) again.take(each);
      expect(again.state).toEqual(given([...facts, ...rest]).state);
    }
    const { accounts, open } = given(facts).state;
    const old = accounts.map(([id, { time: _time, ...account }]) => [id, account] as const);
    const again = book({ accounts: old as never, open });
    for (const each of rest) again.take(each);
    expect(again.workedMs()).toBe(1_000);
  });
});

it("what never was at work does not end anybody's time", () => {
  expect(given([started("w-2", 1_000), ended("w-1", 5_000)]).workedMs(COLONY_STREAM, 9_000)).toBe(8_000);
});
