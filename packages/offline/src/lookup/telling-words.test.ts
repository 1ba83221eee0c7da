import { expect, test } from "vitest";
import { fewerWords, tellingWords } from "./telling-words.ts";

test.each([
  ['Find out about proposal 1.\n\nThis is one part of a request: "Compare all"', ["proposal", "1"]],
  ["What does the handbook say about parental leave?", ["handbook", "parental", "leave"]],
  ["Look up the opening hours in ./docs/town.md", ["opening", "hours"]],
  ['Please find "carry over" in the handbook', ["carry", "over"]],
  ["Find out about docs/night-buses.md.", ["night", "buses"]],
  ["Find version 2.4.1 of well-known, well-known things", ["version", "2.4.1", "well-known"]],
  ["Find it", []],
])("the telling words of %j are %j", (task, words) => {
  expect(tellingWords(task)).toEqual(words);
});

test("a wider search has half of the words, the longest, in their order", () => {
  expect(fewerWords(["proposal", "1"])).toEqual(["proposal"]);
  expect(fewerWords(["city", "library", "hours", "on", "sundays"])).toEqual(["library", "sundays"]);
  expect(fewerWords(["library"])).toBeUndefined();
});
