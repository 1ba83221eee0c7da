import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

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
