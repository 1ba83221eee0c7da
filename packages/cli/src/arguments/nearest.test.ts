import { expect, it } from "vitest";
import { suggestion } from "./nearest.ts";

const COMMANDS = ["chat", "run", "workers", "show", "log", "seed", "export", "doctor", "help"];

it("a suggestion is a question, or nothing", () => {
  expect(suggestion("shwo", COMMANDS)).toBe('; did you mean "show"?');
  expect(suggestion("something else", COMMANDS)).toBe("");
});
