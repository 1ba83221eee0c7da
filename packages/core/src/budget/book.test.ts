import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLONY_STREAM, agentId, callId, colonyId, type AgentId } from "../ids.ts";
import { NO_USAGE, type Usage } from "../messages/usage.ts";
import type { Fact } from "../state/fact.ts";
import { NOTHING } from "./amounts.ts";
import { BudgetBook, narrowed } from "./book.ts";

const parents = new Map<AgentId, AgentId>([
  [agentId("w-1"), agentId("overseer")],
  [agentId("w-2"), agentId("overseer")],
  [agentId("w-11"), agentId("w-1")],
]);

function book(): BudgetBook {
  return new BudgetBook((id) => parents.get(id));
}

type Told = Pick<Fact, "type" | "data">;

function fact(agent: string, told: Told): Fact {
  return { ...told, agentId: agentId(agent), colonyId: colonyId("c"), version: 1, at: 0 } as Fact;
}

const budget = (usd: number): Fact => fact("colony", { type: "BUDGET_SET", data: { budget: { usd } } });

const started = (agent: string, call: string, usd: number): Fact =>
  fact(agent, {
    type: "MODEL_CALL_STARTED",
    data: { callId: callId(call), model: "m", reserved: { tokens: 100, usd } },
  });

const usage = (costUsd: number | null): Usage => ({ ...NO_USAGE, inputTokens: 10, outputTokens: 5, costUsd });

const completed = (agent: string, call: string, costUsd: number | null): Fact =>
  fact(agent, {
    type: "MODEL_CALL_COMPLETED",
    data: {
      callId: callId(call),
      finishReason: "stop",
      usage: usage(costUsd),
      durationMs: 1,
      firstTokenMs: null,
    },
  });

const lost = (agent: string, call: string): Fact =>
  fact(agent, {
    type: "MODEL_CALL_FAILED",
    data: { callId: callId(call), error: { code: "x", message: "x" }, retryable: true, lost: true },
  });

const need = { ...NOTHING, tokens: 100, usd: 1 };

describe("a budget of money", () => {
  it("has room until what is spent and what is held fill it", () => {
    const kept = book();
    kept.take(budget(2));
    expect(kept.lack(agentId("w-1"), need)).toBeUndefined();
    kept.take(started("w-1", "a", 1));
    expect(kept.lack(agentId("w-2"), need)).toBeUndefined();
    kept.take(started("w-2", "b", 1));
    expect(kept.lack(agentId("w-11"), need)).toMatchObject({ limit: "usd", spent: 0, held: 2, needed: 1 });
    kept.take(completed("w-1", "a", 0.5));
    expect(kept.lack(agentId("w-11"), need)).toMatchObject({ spent: 0.5, held: 1 });
    kept.take(completed("w-2", "b", 0.25));
    expect(kept.lack(agentId("w-11"), need)).toBeUndefined();
  });

  it("charges a call that was lost with all that was held for it", () => {
    const kept = book();
    kept.take(budget(1));
    kept.take(started("w-1", "a", 1));
    kept.take(lost("w-1", "a"));
    expect(kept.account()).toMatchObject({ spent: { usd: 1 }, held: { usd: 0 } });
  });

  it("gives its account away as it stands, whatever is spent afterwards", () => {
    const kept = book();
    kept.take(budget(2));
    kept.take(started("w-1", "a", 1));
    const given = [kept.account(), kept.state] as const;
    const before = structuredClone(given);
    kept.take(completed("w-1", "a", 0.5));
    kept.hold(agentId("w-1"), need);
    kept.take(budget(3));
    expect(given).toEqual(before);
    expect(kept.account()).toMatchObject({ budget: { usd: 3 }, spent: { usd: 0.5 }, held: { usd: 1 } });
  });

  it("lets nothing through whose price is not known", () => {
    const kept = book();
    kept.take(budget(1));
    expect(kept.lack(agentId("w-1"), { ...need, usd: null })).toMatchObject({ limit: "usd" });
  });

  it("is raised by a person without forgetting what is spent", () => {
    const kept = book();
    kept.take(budget(1));
    kept.take(started("w-1", "a", 1));
    kept.take(completed("w-1", "a", 1));
    expect(kept.lack(agentId("w-1"), need)).toBeDefined();
    kept.take(budget(2));
    expect(kept.lack(agentId("w-1"), need)).toBeUndefined();
    expect(kept.account()?.spent.usd).toBe(1);
  });
});

describe("a budget of an agent's own", () => {
  it("counts what everything below it spends, and never lends beyond those above it", () => {
    const kept = book();
    kept.take(budget(10));
    kept.take(
      fact("w-1", {
        type: "AGENT_SPAWNED",
        data: { kind: "worker", parentId: agentId("overseer"), budget: { usd: 2 } } as never,
      }),
    );
    kept.take(started("w-11", "a", 1.5));
    expect(kept.lack(agentId("w-1"), need)).toMatchObject({ scope: "w-1", held: 1.5 });
    expect(kept.lack(agentId("w-2"), need)).toBeUndefined();
    expect(kept.account()?.held.usd).toBe(1.5);
  });

  it("is narrowed by what it is given from above, and never widened", () => {
    expect(narrowed({ usd: 5, tokens: 10 }, { usd: 2, workers: 3 })).toEqual({
      usd: 2,
      tokens: 10,
      workers: 3,
    });
  });
});

describe("a book", () => {
  it("never lets spent and held together go beyond a budget, whoever asks in whatever order", () => {
    const step = fc.record({
      agent: fc.constantFrom("w-1", "w-2", "w-11"),
      amount: fc.integer({ min: 1, max: 50 }),
      ends: fc.constantFrom("completed", "lost", "open"),
      share: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const kept = book();
        kept.take(budget(300));
        for (const [index, { agent, amount, ends, share }] of steps.entries()) {
          if (kept.lack(agentId(agent), { ...NOTHING, usd: amount }) !== undefined) continue;
          const letGo = kept.hold(agentId(agent), { ...NOTHING, usd: amount });
          kept.take(started(agent, `c${index}`, amount));
          letGo();
          if (ends === "completed")
            kept.take(completed(agent, `c${index}`, Math.floor((amount * share) / 100)));
          if (ends === "lost") kept.take(lost(agent, `c${index}`));
          const { spent, held } = kept.account() ?? { spent: NOTHING, held: NOTHING };
          expect((spent.usd ?? 0) + (held.usd ?? 0)).toBeLessThanOrEqual(300);
        }
        const again = new BudgetBook(
          (id) => parents.get(id),
          JSON.parse(JSON.stringify(kept.state)) as never,
        );
        expect(again.state).toEqual(kept.state);
        expect(again.account(COLONY_STREAM)).toEqual(kept.account());
      }),
    );
  });
});

it("what is held for a write whose outcome is not known is not saved: whoever goes on from it could not let go of it", () => {
  const kept = book();
  kept.take(budget(10));
  kept.take(started("w-1", "a", 1));
  const saved = kept.state;
  const letGo = kept.hold(agentId("w-2"), need);
  expect(kept.account()).toMatchObject({ held: { tokens: 200, usd: 2 }, open: 2 });
  expect(kept.state).toEqual(saved);
  letGo();
  const again = new BudgetBook((id) => parents.get(id), saved);
  again.take(completed("w-1", "a", 0.5));
  expect(again.account()).toMatchObject({ held: NOTHING, open: 0, spent: { usd: 0.5 } });
});
