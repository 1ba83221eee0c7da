import { expect, test } from "vitest";
import type { PastCall, Turn } from "../conversation/conversation.ts";
import { overseerAnswer } from "./overseer-rules.ts";

const told = (text: string): Turn => ({ kind: "told", text });
const said = (text: string, ...calls: PastCall[]): Turn => ({ kind: "said", text, calls });

interface Task {
  readonly task: string;
  readonly label: string;
  readonly name?: string;
}

function next(
  turns: readonly Turn[],
  tools = ["spawn_workers", "agent_list"],
): { text: string; tasks: Task[] } {
  const { text, calls } = overseerAnswer({ turns, tools: new Set(tools) });
  return { text, tasks: calls.flatMap(({ input }) => (input as { tasks: Task[] }).tasks) };
}

const spawn = (tasks: readonly Task[], outcome: PastCall["outcome"]): Turn =>
  said("", { name: "spawn_workers", input: { tasks }, outcome });
const spawned = (tasks: readonly Task[]): Turn =>
  spawn(tasks, { kind: "ok", value: { batchId: "b-1", workers: tasks.map(() => ({})) } });

function report(
  tasks: readonly Task[],
  index: number,
  more: { status?: string; data?: unknown } = {},
): string {
  const { task = "", label = "" } = tasks[index] ?? {};
  const { status = "success", data = { facts: [`Cost: ${index}`] } } = more;
  const body = { name: null, label, task, summary: `looked at ${label}`, data, error: null };
  return `<worker_report worker="w-${index}" batch="b-1" place="${index + 1}/${tasks.length}" remaining="0" status="${status}" explicit="true">${JSON.stringify(body)}</worker_report>`;
}

const ASKED = told("Compare Postgres with SQLite");

test("each thing that a request names is a worker's, and a request that names none goes to one as it is", () => {
  expect(next([ASKED]).tasks).toMatchObject([
    {
      label: "Postgres",
      name: "Postgres",
      task: expect.stringContaining("Compare Postgres with SQLite") as unknown,
    },
    { label: "SQLite", name: "SQLite" },
  ]);
  const question = "What does the handbook say about leave?";
  expect(next([told(question)]).tasks).toMatchObject([{ task: question, name: "handbook leave" }]);
});

test("with tools for folders it still delegates what is to be looked up, and surveys what is to be surveyed", () => {
  const tools = ["spawn_workers", "agent_list", "list_folder"];
  expect(next([ASKED], tools).tasks).toHaveLength(2);
  expect(overseerAnswer({ turns: [told("Survey ./docs")], tools: new Set(tools) }).calls[0]?.name).toBe(
    "list_folder",
  );
  expect(next([told("Write a poem")], tools).tasks).toEqual([]);
  expect(next([told("Review the three proposals in ./docs")]).tasks).toHaveLength(3);
});

test("the reports become one answer when all are in, and the failed ones are named", () => {
  const { tasks } = next([ASKED]);
  const turns = [ASKED, spawned(tasks)];
  expect(next(turns).text).toContain("I have asked 2 workers to look up `Postgres`, `SQLite`");
  const first = [...turns, said("asked"), told(report(tasks, 0))];
  expect(next(first).text).toBe("`Postgres` has reported: 1 of 2, 1 to come.");
  const { text } = next([...first, said("one"), told(report(tasks, 1))]);
  expect(text).toContain("# Compare Postgres with SQLite");
  expect(text).toContain("| Cost | 0 | 1 |");
  const failed = next([...first, said("one"), told(report(tasks, 1, { status: "failed", data: null }))]);
  expect(failed.text).toContain("**Missing: SQLite**");
});

test("the same request later gets other names, so that nobody's name is taken", () => {
  const { tasks } = next([ASKED]);
  const later = next([ASKED, spawned(tasks), said("asked"), ASKED]);
  expect(later.tasks.map(({ name }) => name)).toEqual(["Postgres - 2", "SQLite - 2"]);
});

test("where a name is taken all the same it goes without names, once", () => {
  const { tasks } = next([ASKED]);
  const refused = { kind: "error", message: 'there is already an agent named "SQLite"' } as const;
  const again = next([ASKED, spawn(tasks, refused)]).tasks;
  expect(again.map(({ label, name }) => [label, name])).toEqual([
    ["Postgres", undefined],
    ["SQLite", undefined],
  ]);
  const { text, tasks: none } = next([ASKED, spawn(tasks, refused), spawn(again, refused)]);
  expect(none).toEqual([]);
  expect(text).toContain("could not hand this out: there is already an agent");
});

test("a delegation that is refused is told with the reason and not tried again", () => {
  const { tasks } = next([ASKED]);
  const { text, tasks: none } = next([
    ASKED,
    spawn(tasks, { kind: "error", message: "the budget is spent." }),
  ]);
  expect(none).toEqual([]);
  expect(text).toBe("I could not hand this out: the budget is spent.");
});

test("what is called off before it was handed out is not handed out", () => {
  expect(next([ASKED, told("Never mind")]).tasks).toEqual([]);
});
