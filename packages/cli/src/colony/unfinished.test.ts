import { givenAgent } from "@colony/testkit";
import { expect, it } from "vitest";
import { findAgent } from "./find-agent.ts";
import { leftWords, unfinishedWords } from "./unfinished.ts";

const running = givenAgent().started().state.record;
const queued = givenAgent().state.record;
const done = givenAgent().started().asked().answered("done").endedAsAsked().state.record;
const overseer = givenAgent({ kind: "overseer", lifetime: "persistent" }).input("hello").state.record;

it.each([
  [[done, overseer], undefined],
  [[running, overseer], "1 worker goes on when this colony is opened again"],
  [[running, queued], "2 workers go on when this colony is opened again"],
])("what is left behind is said %#", (agents, words) => {
  expect(leftWords(agents)).toBe(words);
});

it.each([
  [[], undefined],
  [[done], undefined],
  [[running, done], "continuing: 1 worker was still at work"],
  [[running, running, running], "continuing: 3 workers were still at work"],
  [
    [overseer, running, queued, queued],
    "continuing: 1 worker was still at work, 2 workers were waiting and the overseer had not finished",
  ],
])("what is unfinished is said %#", (agents, words) => {
  expect(unfinishedWords(agents)).toBe(words);
});

const named = (id: string, more: Partial<typeof done> = {}) => ({
  ...done,
  id: id as typeof done.id,
  name: null,
  label: null,
  ...more,
});
const colony = [
  named("overseer"),
  named("w-abcd12", { label: "docs" }),
  named("w-abcf34", { name: "ann", label: "src" }),
  named("w-zz", { label: "src" }),
];

it.each([
  ["overseer", "overseer"],
  ["w-abcd12", "w-abcd12"],
  ["w-abcd", "w-abcd12"],
  ["abcd", "w-abcd12"],
  ["ann", "w-abcf34"],
  ["docs", "w-abcd12"],
])("%s is found", (typed, id) => {
  expect(findAgent(colony, typed).id).toBe(id);
});

it.each([
  ["src", '"src" could be any of w-abcf34, w-zz; type more of the id'],
  ["w-abc", '"w-abc" could be any of w-abcd12, w-abcf34'],
  ["dosc", 'there is no worker "dosc" in this colony; did you mean "docs"?'],
  ["nobody at all", "there are: overseer, w-abcd12, w-abcf34, w-zz"],
])("%s is not, and a sentence helps on", (typed, sentence) => {
  expect(() => findAgent(colony, typed)).toThrow(sentence);
});
