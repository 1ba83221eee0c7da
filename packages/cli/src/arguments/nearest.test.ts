import { expect, it } from "vitest";
import { nearest, suggestion } from "./nearest.ts";

const COMMANDS = ["chat", "run", "workers", "show", "log", "seed", "export", "doctor", "help"];

it.each([
  ["wrokers", "workers"],
  ["worker", "workers"],
  ["exprot", "export"],
  ["Doctor", "doctor"],
  ["lgo", "log"],
  ["sh", "show"],
  ["survey", undefined],
  ["x", undefined],
  ["", undefined],
])("%j means %j", (typed, meant) => {
  expect(nearest(typed, COMMANDS)).toBe(meant);
});

it("a suggestion is a question, or nothing", () => {
  expect(suggestion("shwo", COMMANDS)).toBe('; did you mean "show"?');
  expect(suggestion("something else", COMMANDS)).toBe("");
});
