import { COLONY_STREAM, agentId, type Lack } from "@colony/core";
import { expect, it } from "vitest";
import { overtimeRefusal, refusalOf } from "./spending-words.ts";

const NEED = { usd: 0, tokens: 0, toolCalls: 0, workers: 0 };
const told = (lack: Pick<Lack, "limit" | "budget" | "spent" | "held">): string =>
  refusalOf({ ...lack, needed: 1, mayPass: lack.held > 0, scope: COLONY_STREAM }, NEED).message;

it("a budget that stands in the way is told in words that fit its number", () => {
  expect(told({ limit: "toolCalls", budget: 1, spent: 1, held: 0 })).toBe(
    "the budget of the colony is 1 tool call: 1 is spent, and this may need 1 more",
  );
  expect(told({ limit: "usd", budget: 1.5, spent: 0.5, held: 1 })).toBe(
    "the budget of the colony is 1.5 US dollars: 0.5 are spent, 1 is held for what is under way, and this may need 1 more",
  );
  expect(told({ limit: "workers", budget: 2, spent: 0, held: 2 })).toBe(
    "the budget of the colony is 2 workers: 0 are spent, 2 are held for what is under way, and this may need 1 more",
  );
});

it("so is one of time that is spent", () => {
  expect(overtimeRefusal({ scope: COLONY_STREAM, budgetMs: 1_000 }).message).toBe(
    "the budget of the colony is 1 second at work, and it is spent",
  );
  expect(overtimeRefusal({ scope: agentId("w-1"), budgetMs: 2_500 }).message).toBe(
    'the budget of agent "w-1" is 2.5 seconds at work, and they are spent',
  );
});
