import { ColonyError } from "@colony/core";
import { expect, it } from "vitest";
import { Arguments } from "../arguments/arguments.ts";
import { BUDGET_OPTIONS, askedBudget } from "./budget-options.ts";

const asked = (texts: Record<string, string>) => askedBudget(new Arguments({ texts: Object.entries(texts) }));

it("what is not named is not asked for", () => {
  expect(asked({})).toEqual({ set: {}, lift: [] });
});

it("each limit has an option, in its own unit", () => {
  const texts = { usd: "0.5", tokens: "2e5", "tool-calls": "9", workers: "0", wall: "90s", depth: "1" };
  expect(Object.keys(texts)).toEqual(BUDGET_OPTIONS.map(({ name }) => name));
  expect(asked(texts).set).toEqual({
    usd: 0.5,
    tokens: 200_000,
    toolCalls: 9,
    workers: 0,
    wallMs: 90_000,
    depth: 1,
  });
});

it("none lifts a limit", () => {
  expect(asked({ usd: "none", wall: "None", workers: "3" })).toEqual({
    set: { workers: 3 },
    lift: ["usd", "wallMs"],
  });
});

it.each([
  [{ wall: "10x" }, '--wall is "10x"; give a time, as in --wall 10m, or none'],
  [{ depth: "0.5" }, '--depth is "0.5"; give a whole number, as in --depth 1, or none'],
  [{ usd: "-1" }, '--usd is "-1"; give a number from 0, as in --usd 20, or none'],
  [{ usd: "Infinity" }, '--usd is "Infinity"; give a number from 0, as in --usd 20, or none'],
  [{ usd: "1e999" }, '--usd is "1e999"; give a number from 0, as in --usd 20, or none'],
  [{ tokens: "1.5" }, '--tokens is "1.5"; give a whole number from 0, as in --tokens 200000, or none'],
  [{ tokens: "many" }, '--tokens is "many"; give a whole number from 0, as in --tokens 200000, or none'],
  [{ workers: "3.5" }, '--workers is "3.5"; give a whole number, as in --workers 20, or none'],
])("%j is refused in one sentence", (texts, message) => {
  expect(() => asked(texts)).toThrow(ColonyError);
  expect(() => asked(texts)).toThrow(message);
});
