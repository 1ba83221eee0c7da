import { expect, test } from "vitest";
import type { PastCall, Turn } from "../conversation/conversation.ts";
import { writeTask } from "../task/survey-task.ts";
import { workerAnswer } from "./worker-rules.ts";

const TASK = writeTask({
  folder: ".",
  title: "box",
  part: "src",
  scope: { paths: ["src"], except: [], include: "all" },
});
const TOOLS = ["measure_files", "search_text", "outline_files", "read_file", "report_to_parent"];

const told = (text: string): Turn => ({ kind: "told", text });
const did = (name: string, value: unknown, input: unknown = {}): Turn =>
  said({ name, input, outcome: { kind: "ok", value } });
const failed = (name: string, message: string): Turn =>
  said({ name, input: {}, outcome: { kind: "error", message } });
const said = (call: PastCall): Turn => ({ kind: "said", text: "", calls: [call] });

const MEASURED = did("measure_files", {
  files: 2,
  lines: 30,
  bytes: 400,
  languages: [{ language: "Go", files: 2, lines: 30, bytes: 400 }],
  landmarks: ["src/README.md", "src/deep/down/README.md"],
});
const SEARCHED = did("search_text", {
  matchingLines: 1,
  matchingFiles: 1,
  first: [{ path: "src/a.go", line: 3, text: "TODO x" }],
});
const OUTLINED = did("outline_files", {
  exportedNames: 1,
  filesWithExports: 1,
  files: [{ path: "src/a.go", names: ["Open"] }],
});

function next(
  turns: readonly Turn[],
  tools = TOOLS,
): { name: string; input: Record<string, unknown> } | string {
  const answer = workerAnswer({ turns, tools: new Set(tools) });
  const call = answer.calls[0];
  return call === undefined ? answer.text : { name: call.name, input: call.input as Record<string, unknown> };
}

test("it measures, searches, outlines, reads what describes the part, and reports", () => {
  const turns = [told(TASK)];
  expect(next(turns)).toMatchObject({ name: "measure_files", input: { paths: ["src"], include: "all" } });
  turns.push(MEASURED);
  expect(next(turns)).toMatchObject({ name: "search_text", input: { syntax: "regex", paths: ["src"] } });
  turns.push(SEARCHED);
  expect(next(turns)).toMatchObject({ name: "outline_files", input: { paths: ["src"] } });
  turns.push(OUTLINED);
  expect(next(turns)).toMatchObject({ name: "read_file", input: { path: "src/README.md" } });
  turns.push(
    did("read_file", { text: "# Src\n\nThe source of the box. And more." }, { path: "src/README.md" }),
  );
  expect(next(turns)).toMatchObject({
    name: "report_to_parent",
    input: {
      status: "success",
      summary: '"src": 2 files, 30 lines, 400 bytes.',
      data: {
        total: { files: 2, lines: 30, bytes: 400 },
        description: "The source of the box.",
        marks: { lines: 1 },
        exports: { names: 1 },
      },
    },
  });
  turns.push(did("report_to_parent", "recorded"));
  expect(next(turns)).toBe("I have reported.");
});

test("told to wrap up, it reports at once what it has, and says what it did not come to", () => {
  expect(
    next([told(TASK), MEASURED, told("Your time is almost over: wrap up and report now.")]),
  ).toMatchObject({
    name: "report_to_parent",
    input: {
      status: "partial",
      data: {
        total: { files: 2 },
        missing: [
          "search_text was not called, because I was told to wrap up",
          "outline_files was not called, because I was told to wrap up",
        ],
      },
    },
  });
});

test("a tool error is not the end: the rest is done and the report is partial with the reason", () => {
  const turns = [told(TASK), failed("measure_files", "the disk is gone")];
  expect(next(turns)).toMatchObject({ name: "search_text" });
  expect(next([...turns, SEARCHED, OUTLINED])).toMatchObject({
    input: {
      status: "partial",
      data: { missing: ["measure_files failed: the disk is gone"], marks: { lines: 1 } },
    },
  });
});

test("a correction is acknowledged in the report, also when the report was already made", () => {
  const done = [
    told(TASK),
    MEASURED,
    SEARCHED,
    OUTLINED,
    did("read_file", { text: "" }, { path: "src/README.md" }),
  ];
  const correction = told("Please look at the tests too.");
  for (const turns of [
    [...done, correction],
    [...done, did("report_to_parent", "recorded"), correction],
  ])
    expect(next(turns)).toMatchObject({
      name: "report_to_parent",
      input: {
        status: "success",
        summary: expect.stringContaining("Please look at the tests too.") as unknown,
      },
    });
});

test("a task that it does not understand is reported as failed, in words", () => {
  expect(next([told("Rewrite everything in Rust.")])).toMatchObject({
    name: "report_to_parent",
    input: { status: "failed", summary: expect.stringContaining("nothing was done") as unknown },
  });
});

test("tools that it has not been given are named in the report", () => {
  expect(next([told(TASK)], ["report_to_parent"])).toMatchObject({
    input: {
      status: "partial",
      data: {
        missing: expect.arrayContaining(["I have no tool measure_files, which this task needs"]) as unknown,
      },
    },
  });
});

test("a report that was refused is tried once more, and then said", () => {
  const refused = failed("report_to_parent", "data is too large");
  expect(next([told("?"), refused])).toMatchObject({ name: "report_to_parent" });
  expect(next([told("?"), refused, refused])).toBe("My report was refused: data is too large");
});

test("the report stays below eight thousand characters, and its counts stay exact, however much there is", () => {
  const path = `src/${"very-long-name-".repeat(15)}`;
  const many = <Row>(count: number, row: (index: number) => Row): Row[] =>
    Array.from({ length: count }, (_, index) => row(index));
  const answer = next([
    told(TASK),
    did("measure_files", {
      files: 900,
      lines: 90,
      bytes: 9,
      languages: many(40, (index) => ({
        language: `other (.language${index})`,
        files: 20,
        lines: 2,
        bytes: 1,
      })),
      otherLanguages: { kinds: 9, files: 100, lines: 10, bytes: 1 },
      largest: many(10, (index) => ({ path: `${path}${index}`, lines: 1, bytes: 1 })),
      problems: {
        count: 50,
        first: many(10, (index) => ({ path: `${path}${index}`, problem: "permission denied" })),
      },
    }),
    did("search_text", {
      matchingLines: 70,
      matchingFiles: 60,
      first: many(10, (line) => ({ path, line, text: "x".repeat(160) })),
    }),
    did("outline_files", {
      exportedNames: 99,
      filesWithExports: 50,
      files: many(12, (index) => ({ path: `${path}${index}`, names: many(12, () => "n".repeat(80)) })),
    }),
  ]);
  const data = typeof answer === "string" ? {} : (answer.input["data"] as Record<string, unknown>);
  expect(JSON.stringify(data).length).toBeLessThan(8_000);
  const shown = data["languages"] as { files: number }[];
  const rest = data["otherLanguages"] as { files: number };
  expect(shown.reduce((sum, { files }) => sum + files, rest.files)).toBe(900);
  expect(data).toMatchObject({
    total: { files: 900 },
    marks: { lines: 70 },
    exports: { names: 99 },
    problems: { count: 50 },
  });
});
