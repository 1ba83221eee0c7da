import { agentId, callId } from "@colony/core";
import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Board } from "../live/board.ts";
import { liveRows } from "../render/live-rows.ts";
import { leftBehindWords } from "../work/leaving.ts";
import { findAgent } from "./find-agent.ts";
import { knownIn, missingWords } from "./known-definitions.ts";
import { hasWork, isUnderWay, leftWords, unfinishedWords, waitingWords } from "./unfinished.ts";

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

it("what is left behind in a colony that was stopped goes on when somebody says something", () => {
  const blocks = [{ owner: "user", reason: "stopped by a person" }] as never;
  const words = "goes on once somebody says something, as everything was stopped";
  expect(leftWords([running], { blocks })).toBe(`1 worker ${words}`);
  const settings = { dir: { value: "/tmp/c", source: "default" } };
  expect(leftBehindWords([running], settings, { blocks })).toBe(`closed; what waits ${words}`);
  expect(leftBehindWords([running], settings)).toBe(
    "closed; what was at work goes on when this colony is opened again",
  );
});

it("who waits for a definition is counted apart, with what it is called", () => {
  const knows = knownIn({ workers: { coder: {} as never } });
  const strange = { ...queued, definitionId: "painter" };
  const other = { ...running, definitionId: "toString" };
  expect(
    missingWords(
      [running, { ...overseer, definitionId: "overseer" }, { ...done, definitionId: "painter" }],
      knows,
    ),
  ).toBeUndefined();
  expect(missingWords([running, strange], knows)).toBe(
    '1 worker waits for its definition ("painter"), which this process does not have; it goes on when a colony with it is opened (--file)',
  );
  expect(missingWords([strange, other], knows)).toBe(
    '2 workers wait for their definitions ("painter", "toString"), which this process does not have; they go on when a colony with them is opened (--file)',
  );
  const settings = { dir: { value: "/tmp/c", source: "default" } };
  expect(leftBehindWords([strange, done], settings, { knows })).toMatch(
    /^closed; 1 worker waits for its def/u,
  );
  const colony = {
    agents: () => [strange, { ...running, id: agentId("w-2") }],
    agent: (id: string) => ({ record: id === "w-2" ? { ...running, id: agentId("w-2") } : strange }),
    pending: () => [],
  };
  const { now } = new Board(colony, knows);
  expect(now).toMatchObject({ running: [{ id: "w-2" }], queued: 0, withoutDefinition: 1 });
  expect(liveRows(now, { now: 0, columns: 80, rows: 5 }).at(-1)).toBe("  1 worker waiting for a definition");
});

it("an overseer that is about to begin waits for no place", () => {
  const about = { ...queued, id: agentId("overseer"), kind: "overseer" } as const;
  const agents = [about, { ...queued, id: agentId("w-2") }];
  const record = (id: string) => ({ record: agents.find((each) => each.id === id) ?? about });
  const board = new Board({ agents: () => agents, agent: record, pending: () => [] });
  expect(board.now).toMatchObject({ queued: 1, withoutDefinition: 0 });
  expect(board.isBusy).toBe(true);
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

describe("an agent that waits for people", () => {
  const question = { id: "q1", text: "Which?" };
  const ask = {
    type: "question.ask",
    callId: callId("c1"),
    questions: [question],
    to: null,
    expiresInMs: null,
  } as const;
  const asking = () =>
    givenAgent()
      .started()
      .asked()
      .answered("", [{ id: "c1", name: "ask_user" }])
      .when(ask);
  const waiting = () => asking().when({ type: "execution.pause", reason: "input_required" });

  it("is under way, and has no work, whatever it has been sent meanwhile", () => {
    for (const { record } of [waiting().state, waiting().input("and this").state]) {
      expect(isUnderWay(record)).toBe(true);
      expect(hasWork(record)).toBe(false);
      expect(unfinishedWords([record, running])).toBe("continuing: 1 worker was still at work");
      expect(leftWords([record])).toBeUndefined();
    }
  });

  it("has work while it still lets go, and once it has been answered", () => {
    const answers = { q1: "this" };
    const answer = { type: "question.answer", callId: callId("c1"), answers, by: "user" } as const;
    for (const agent of [asking(), waiting().when(answer)]) expect(hasWork(agent.state.record)).toBe(true);
  });
});

it("who waits for the reports of workers has work as soon as one of them is there", () => {
  const parked = givenAgent()
    .started()
    .asked()
    .answered("")
    .when({ type: "execution.pause", reason: "awaiting_reports" });
  expect(hasWork(parked.state.record)).toBe(false);
  expect(hasWork(parked.input("a report").state.record)).toBe(true);
});

it.each([
  [[], undefined],
  [["question"], "1 question waits for you"],
  [["approval", "approval"], "2 approvals wait for you"],
  [["question", "approval", "question"], "2 questions and 1 approval wait for you"],
] as const)("what waits for people is counted %#", (kinds, words) => {
  expect(waitingWords(kinds.map((kind) => ({ kind })))).toBe(words);
});
