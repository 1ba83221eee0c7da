import { expect, test } from "vitest";
import type { OfferedTool } from "../conversation/offered-tools.ts";
import type { Turn } from "../conversation/conversation.ts";
import { workerAnswer } from "./worker-rules.ts";

const FACTS = {
  type: "object",
  properties: { facts: { type: "array", items: { type: "string" } } },
  required: ["facts"],
};
const searching: OfferedTool = {
  name: "search",
  description: "Finds lines.",
  schema: { type: "object", properties: { words: { type: "string" } }, required: ["words"] },
};
const reporting = (data: Record<string, unknown> = FACTS): OfferedTool => ({
  name: "report_to_parent",
  description: "",
  schema: {
    type: "object",
    properties: { status: {}, summary: {}, data },
    required: ["status", "summary", "data"],
  },
});

const told = (text: string): Turn => ({ kind: "told", text });
const found = (words: string, value: unknown, name = "search"): Turn => ({
  kind: "said",
  text: "",
  calls: [{ name, input: { words }, outcome: { kind: "ok", value } }],
});
const failed = (name: string, input: unknown, message: string): Turn => ({
  kind: "said",
  text: "",
  calls: [{ name, input, outcome: { kind: "error", message } }],
});

function next(
  turns: readonly Turn[],
  offered: readonly OfferedTool[] = [searching, reporting()],
): { name: string; input: Record<string, unknown> } | string {
  const answer = workerAnswer({ turns, tools: new Set(offered.map(({ name }) => name)) }, offered);
  const [call] = answer.calls;
  return call === undefined ? answer.text : { name: call.name, input: call.input as Record<string, unknown> };
}

const TASK = told("Find out about night buses");

test("it searches for the telling words, then reports what was found in the shape that is wanted", () => {
  expect(next([TASK])).toEqual({ name: "search", input: { words: "night buses" } });
  expect(next([TASK, found("night buses", ["a.md: one", "b.md: two"])])).toEqual({
    name: "report_to_parent",
    input: {
      status: "success",
      summary: '2 lines found for "night buses".',
      data: { facts: ["a.md: one", "b.md: two"] },
    },
  });
});

test("where nothing is found it searches once more with fewer words, and says both", () => {
  const turns = [TASK, found("night buses", [])];
  expect(next(turns)).toEqual({ name: "search", input: { words: "night" } });
  expect(next([...turns, found("night", "")])).toEqual({
    name: "report_to_parent",
    input: {
      status: "partial",
      summary: 'Nothing was found for "night buses". Nothing was found for "night".',
      data: { facts: [] },
    },
  });
});

test("what it is told while at work is searched for too", () => {
  const turns = [TASK, found("night buses", ["one"]), told("Look up the ticket price too")];
  expect(next(turns)).toEqual({ name: "search", input: { words: "ticket price" } });
  expect(next([...turns, found("ticket price", ["two"])])).toMatchObject({
    input: { status: "success", data: { facts: ["one", "two"] } },
  });
});

test("told to wrap up it searches no more, and says what it did not search for", () => {
  const wrapUp = told("Wrap up: report now.");
  expect(next([TASK, wrapUp])).toMatchObject({
    name: "report_to_parent",
    input: {
      status: "failed",
      summary: expect.stringContaining('did not search for "night buses"') as unknown,
    },
  });
  const turns = [TASK, found("night buses", ["one"]), told("Look up the ticket price too"), wrapUp];
  expect(next(turns)).toMatchObject({ input: { status: "partial", data: { facts: ["one"] } } });
});

test("a search that fails is not tried again, and its reason is reported", () => {
  expect(next([TASK, failed("search", { words: "night buses" }, "the index is gone")])).toMatchObject({
    name: "report_to_parent",
    input: { status: "failed", summary: 'Searching for "night buses" failed: the index is gone' },
  });
});

test("without a tool that searches it does nothing and says so", () => {
  const mail = {
    ...searching,
    name: "send_mail",
    description: "Sends a mail.",
    schema: { ...searching.schema },
  };
  const two = { ...searching, schema: { ...searching.schema, required: ["words", "folder"] } };
  for (const offered of [[reporting()], [mail, reporting()], [two, reporting()]])
    expect(next([TASK], offered)).toMatchObject({
      name: "report_to_parent",
      input: { status: "failed", summary: expect.stringContaining("nothing was done") as unknown },
    });
});

test("a field that it would have to make up is named, and the report is failed without data", () => {
  const schema = { type: "object", properties: { author: { type: "string" } }, required: ["author"] };
  const answer = next([TASK, found("night buses", ["one"])], [searching, reporting(schema)]);
  expect(answer).toMatchObject({
    input: { status: "failed", summary: expect.stringContaining("data.author") as unknown },
  });
  expect(answer).not.toHaveProperty("input.data");
});

test("a report that its schema refuses becomes a failed one with the reason, and then it stops", () => {
  const report = failed("report_to_parent", { data: { facts: ["one"] } }, "facts: too few");
  const turns = [TASK, found("night buses", ["one"]), report];
  const again = next(turns);
  expect(again).toMatchObject({
    name: "report_to_parent",
    input: { status: "failed", summary: expect.stringContaining("facts: too few") as unknown },
  });
  expect(again).not.toHaveProperty("input.data");
  expect(next([...turns, report])).toBe("My report was refused: facts: too few");
});

test("a persistent worker takes what it is told after a report as its next task", () => {
  const reported: Turn = {
    kind: "said",
    text: "",
    calls: [{ name: "report_to_parent", input: {}, outcome: { kind: "ok", value: "recorded" } }],
  };
  const turns = [TASK, found("night buses", ["one"]), reported];
  expect(next(turns)).toBe("I have reported.");
  expect(next([...turns, told("Find ferries")])).toEqual({ name: "search", input: { words: "ferries" } });
});

test("a report shows as many lines as an overseer can read, and says how many there are", () => {
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ${"x".repeat(300)}`);
  const answer = next([TASK, found("night buses", lines)]);
  expect(JSON.stringify(answer).length).toBeLessThan(9_000);
  expect(answer).toMatchObject({
    input: { summary: expect.stringMatching(/^500 lines found.*first \d\d of 500 lines\.$/u) as unknown },
  });
});

test("with the workspace's tools it reports the lines found and how many there are, and reads a file that is named", () => {
  const inFiles = {
    ...searching,
    name: "search_text",
    schema: { type: "object", required: ["pattern", "paths"] },
  };
  const offered = [inFiles, { ...searching, name: "read_file", schema: {} }, reporting()];
  expect(next([told("Find TODO")], offered)).toMatchObject({
    name: "search_text",
    input: { pattern: "TODO", paths: ["."], letterCase: "ignore" },
  });
  const result = {
    matchingLines: 9,
    first: [{ path: "a.md", line: 2, text: "TODO: x" }],
    excluded: [".colony"],
  };
  expect(next([told("Find TODO"), found("TODO", result, "search_text")], offered)).toMatchObject({
    input: {
      summary: '9 lines found for "TODO". The report holds the first 1 of 9 lines.',
      data: { facts: ["a.md: 2: TODO: x"] },
    },
  });
  const unread = (count: number, files: readonly string[]) => ({
    matchingLines: 0,
    first: [],
    problems: { count, first: files.map((path) => ({ path, problem: "permission denied" })) },
  });
  expect(
    next([told("Find TODO"), found("TODO", unread(1, ["a.txt"]), "search_text")], offered),
  ).toMatchObject({
    input: {
      status: "partial",
      summary: 'Nothing was found for "TODO". I could not read 1 file or folder: a.txt (permission denied).',
    },
  });
  const many = unread(9, ["a", "b", "c", "d"]);
  expect(next([told("Find TODO"), found("TODO", many, "search_text")], offered)).toMatchObject({
    input: {
      summary: expect.stringContaining(
        "I could not read 9 files or folders: a (permission denied), b (permission denied), c (permission denied), and 6 more.",
      ) as unknown,
    },
  });
  const task = told("Find out about docs/a.txt.");
  expect(next([task], offered)).toMatchObject({ name: "read_file", input: { path: "docs/a.txt" } });
  const read = { text: "one\n\ntwo", toLine: 3, nextOffset: 4 };
  expect(next([task, found("docs/a.txt", read, "read_file")], offered)).toMatchObject({
    input: {
      summary: 'I read only the beginning of "docs/a.txt", to line 3.',
      data: { facts: ["one", "two"] },
    },
  });
});
