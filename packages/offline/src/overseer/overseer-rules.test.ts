import { expect, test } from "vitest";
import type { PastCall, Turn } from "../conversation/conversation.ts";
import { writeTask } from "../task/survey-task.ts";
import { overseerAnswer } from "./overseer-rules.ts";

const told = (text: string): Turn => ({ kind: "told", text });
const said = (text: string, ...calls: PastCall[]): Turn => ({ kind: "said", text, calls });
const ok = (name: string, input: unknown, value: unknown): Turn =>
  said("", { name, input, outcome: { kind: "ok", value } });
const refused = (name: string, input: unknown, message: string): Turn =>
  said("", { name, input, outcome: { kind: "error", message } });

const LISTED = ok(
  "list_folder",
  { path: "." },
  {
    workspace: "box",
    path: ".",
    files: 3,
    bytes: 30,
    directFiles: 0,
    subfolders: 3,
    entries: ["a", "b", "c"].map((name) => ({ kind: "folder", name, files: 1, bytes: 10 })),
    source: "find -type f",
  },
);
const TASKS = {
  tasks: ["a", "b", "c"].map((part) => ({
    label: part,
    task: writeTask({
      folder: ".",
      title: "box",
      part,
      scope: { paths: [part], except: [], include: "all" },
    }),
  })),
};
const spawned = (batchId: string): Turn => ok("spawn_workers", TASKS, { batchId, workers: [{}, {}, {}] });

function report(batch: string | undefined, [place, remaining]: readonly [number, number], files = 1): string {
  const body = {
    name: null,
    label: ["a", "b", "c"][place - 1],
    task: "",
    summary: "done",
    data: { total: { files, lines: files, bytes: files } },
    error: null,
  };
  const where = batch === undefined ? "" : ` batch="${batch}" place="${place}/3" remaining="${remaining}"`;
  return `<worker_report worker="w-${place}"${where} status="success" explicit="true">${JSON.stringify(body)}</worker_report>`;
}

function answer(
  turns: readonly Turn[],
  tools = ["spawn_workers", "agent_list", "list_folder"],
): { text: string; calls: string[] } {
  const { text, calls } = overseerAnswer({ turns, tools: new Set(tools) });
  return { text, calls: calls.map(({ name }) => name) };
}

test("something said while it looks at the folder is answered too, and the survey goes on", () => {
  const turns = [told("Survey this folder"), LISTED, told("Hello!")];
  expect(answer(turns).calls).toEqual(["spawn_workers"]);
  const { text } = answer([...turns, spawned("b-1")]);
  expect(text).toContain("Hello.");
  expect(text).toContain("3 workers");
});

test("a survey that is called off before it was handed out is not handed out", () => {
  const { text, calls } = answer([told("Survey this folder"), LISTED, told("Stop, never mind")]);
  expect(calls).toEqual([]);
  expect(text).toContain("begin nothing more");
});

test("a delegation that was refused is told with the reason, and not tried again", () => {
  const turns = [told("Survey this folder"), LISTED, refused("spawn_workers", TASKS, "too many workers")];
  expect(answer(turns)).toEqual({
    text: "I could not hand out the survey of `box`: too many workers.",
    calls: [],
  });
});

test("a batch that could be spawned only in part is told", () => {
  const turns = [
    told("Survey this folder"),
    LISTED,
    ok("spawn_workers", TASKS, { batchId: "b-1", workers: [{}] }),
  ];
  expect(answer(turns).text).toContain("Only 1 of them could be spawned");
});

test("reports that arrive before its turn has ended lead straight to the survey", () => {
  const turns = [told("Survey this folder"), LISTED, spawned("b-1")];
  const all = [report("b-1", [1, 2]), report("b-1", [2, 1]), report("b-1", [3, 0])].join("\n");
  const { text } = answer([...turns, told(`Data:\n${all}`)]);
  expect(text).toMatch(/^# Survey of `box`/u);
  expect(text).toContain("**3 files, 3 lines, 3 bytes**");
});

test("reports of one survey never count in another, in whatever order they come", () => {
  const turns = [
    told("Survey this folder"),
    LISTED,
    spawned("b-1"),
    said("delegated"),
    told(report("b-1", [1, 2], 100)),
    said("progress"),
    told("Survey this folder"),
    LISTED,
    spawned("b-2"),
    said("delegated"),
    told(report("b-2", [1, 2])),
    said("progress"),
    told([report("b-1", [2, 1], 100), report("b-2", [2, 1])].join("\n")),
  ];
  expect(answer(turns).text.split("\n\n")).toEqual([
    "`b` has reported: 2 of 3, 1 to come.",
    "`b` has reported: 2 of 3, 1 to come.",
  ]);
  const end = [...turns, said("progress"), told(report("b-2", [3, 0]))];
  expect(answer(end).text).toContain("**3 files, 3 lines, 3 bytes**");
  expect(answer([...end, said("survey"), told(report("b-1", [3, 0], 100))]).text).toContain("**300 files,");
});

test("a report without a batch is passed on", () => {
  expect(answer([told(report(undefined, [1, 0]))]).text).toBe("Worker `a` reported success: done");
});

test("the status is asked for and answered from what was told, whatever its shape", () => {
  const turns = [told("status")];
  expect(answer(turns).calls).toEqual(["agent_list"]);
  expect(answer([...turns, ok("agent_list", {}, { workers: [] })]).text).toBe("There are no workers.");
  const agents = [{ name: "w", state: "running", phase: "thinking" }];
  expect(answer([...turns, ok("agent_list", {}, agents)]).text).toContain("- `w`: running (thinking)");
  expect(answer([...turns, ok("agent_list", {}, "nobody")]).text).toContain('`"nobody"`');
  expect(answer([...turns, refused("agent_list", {}, "broken")]).text).toContain("broken");
  expect(answer(turns, ["spawn_workers"]).text).toContain("no tool to list workers");
});

test("without a workspace it says so instead of guessing", () => {
  expect(answer([told("Survey this folder")], ["spawn_workers"]).text).toContain("list_folder");
});

test("a batch is complete when all its reports have been seen, whatever the last one says is to come", () => {
  const turns = [told("Survey this folder"), LISTED, spawned("b-1"), said("delegated")];
  const two = told([report("b-1", [1, 0]), report("b-1", [2, 0])].join("\n"));
  expect(answer([...turns, two]).text).toBe("`a`, `b` have reported: 2 of 3, 1 to come.");
  expect(answer([...turns, two, said("progress"), told(report("b-1", [3, 0]))]).text).toContain("**3 files,");
});

test("in a conversation that was shortened the reports say themselves what they are part of", () => {
  const { text } = answer([told(report("b-1", [3, 0]))]);
  expect(text).toContain("**These totals are partial**");
  expect(text).toContain("| `c` | 1 | 1 | 1 |");
});

test("told to wrap up, it begins nothing more and says so", () => {
  const wrapUp = told("Wrap up and report now: this execution has used up its model calls.");
  expect(answer([told("Survey this folder"), LISTED, wrapUp])).toMatchObject({
    calls: [],
    text: expect.stringContaining("begin nothing more") as unknown,
  });
  expect(answer([told("status"), wrapUp]).calls).toEqual([]);
});

test("a survey that was cancelled does not begin again with the next thing that is said", () => {
  const turns = [
    told("Survey this folder"),
    refused("list_folder", { path: "." }, "The call was cancelled."),
    told("Hello"),
  ];
  expect(answer(turns)).toMatchObject({ calls: [], text: expect.stringMatching(/^Hello\./u) as unknown });
});

test("a survey that a person stopped begins again only when it is asked for again", () => {
  const stopped =
    "What was asked above has been stopped by a person. Do not go on with it unless you are asked again.";
  const turns = [told("Survey this folder"), LISTED, told(stopped)];
  expect(answer([...turns, told("Hello")])).toMatchObject({
    calls: [],
    text: expect.stringMatching(/^Hello\./u) as unknown,
  });
  expect(answer([...turns, told("Survey this folder")]).calls).toEqual(["list_folder"]);
});

test("a survey whose workers were all stopped is told in one sentence", () => {
  const turns = [told("Survey this folder"), LISTED, spawned("b-1"), said("delegated")];
  const stopped = [report("b-1", [1, 2]), report("b-1", [2, 1]), report("b-1", [3, 0])]
    .join("\n")
    .replaceAll('status="success"', 'status="cancelled"');
  expect(answer([...turns, told(stopped)]).text).toBe("The survey you stopped was not finished.");
});

test("it offers only what its tools make possible", () => {
  expect(answer([told("Hello")]).text).not.toContain("Compare");
  expect(answer([told("Hello")], ["spawn_workers", "list_folder", "search_text"]).text).toContain(
    "Find TODO",
  );
  expect(answer([told("Hello")], ["spawn_workers"]).text).not.toContain("Survey");
});

test("a worker that completed with a failed report is told as failed", () => {
  const workers = [{ label: "a", status: "completed", report: { status: "failed", summary: "no" } }];
  expect(answer([told("status"), ok("agent_list", {}, { workers })]).text).toContain("- `a`: failed");
});

test("a single file is measured at once, and no tool is named to the person", () => {
  const turns = [
    told("Survey a.txt"),
    refused("list_folder", { path: "a.txt" }, '"a.txt" is not a folder; use read_file for a file'),
  ];
  expect(answer(turns).calls).toEqual(["measure_files"]);
  const measured = { files: 1, lines: 1, bytes: 2, languages: [{ language: "Text" }] };
  expect(answer([...turns, ok("measure_files", { paths: ["a.txt"] }, measured)]).text).toBe(
    "`a.txt` is a file (Text): 1 line, 2 bytes.",
  );
});

test("a folder that could not be read is a problem of the survey, and its totals are partial", () => {
  const problems = { count: 1, first: [{ path: "closed", problem: "permission denied" }] };
  const empty = { workspace: "box", path: ".", files: 0, entries: [], source: "find -type f", problems };
  const { text } = answer([told("Survey this folder"), ok("list_folder", { path: "." }, empty)]);
  expect(text).toContain("## Problems\n\n- `closed`: permission denied");
  const some = { ...empty, files: 3 };
  const reports = [report("b-1", [1, 2]), report("b-1", [2, 1]), report("b-1", [3, 0])].join("\n");
  const survey = answer([
    told("Survey this folder"),
    ok("list_folder", { path: "." }, some),
    spawned("b-1"),
    told(reports),
  ]).text;
  expect(survey).toContain("**These totals are partial**: 1 file or folder could not be read");
  expect(survey).toContain("- `closed`: permission denied");
});
