import { expect, it } from "vitest";
import { printed } from "./answer-rows.ts";

const ANSWER = [
  "These are all the words there are.",
  "```",
  "const all = these.words.and('more');",
  "```",
  "| a table | keeps its row |",
].join("\n");

it("an answer on a terminal is cut between its words, and code and tables are left as they are", () => {
  expect(printed(ANSWER, { isTTY: true, columns: 20 }).split("\n")).toEqual([
    "These are all the",
    "words there are.",
    ...ANSWER.split("\n").slice(1),
  ]);
});

it("an answer elsewhere is what was answered", () => {
  expect(printed(`${ANSWER}\u001B[2J`, { columns: 20 })).toBe(`${ANSWER}\u001B[2J`);
});
