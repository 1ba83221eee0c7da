import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import {
  agentId,
  callId,
  executionIdOf,
  messageOf,
  SILENT_LOGGER,
  type ModelPrompt,
  type Tool,
} from "@colony/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkspace } from "@colony/workspace";
import { createOfflineModel } from "./offline-model.ts";

// A colony reduced to what a model sees of it: an overseer whose workers run one after the other to their reports.

interface Made {
  readonly agent: string;
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly output: unknown;
  readonly error: string | undefined;
}

type Report = { status: string; summary: string; data: unknown };

class TinyColony {
  readonly calls: Made[] = [];
  readonly prompt: ModelPrompt = [{ role: "system", content: "You are the overseer." }];
  readonly #model = createOfflineModel();
  readonly #tools: readonly Tool[];
  #batches = 0;
  readonly #pending: string[][] = [];
  /** Changes or replaces a worker's report: what a crash or a stop would do. */
  tamper: (index: number, report: Report) => { status: string; error: string | null; report: Report } = (
    _,
    report,
  ) => ({ status: report.status, error: null, report });

  constructor(tools: readonly Tool[]) {
    this.#tools = tools;
  }

  /** What the overseer answers at the end of its turn. */
  async ask(text: string): Promise<string> {
    this.prompt.push({ role: "user", content: [{ type: "text", text }] });
    return this.#turns("overseer", this.prompt, ["spawn_workers", "agent_list"]);
  }

  /** Delivers the reports of the oldest batch, so many in one message; the answers to each message. */
  async deliver(perMessage = 1): Promise<string[]> {
    const reports = this.#pending.shift() ?? [];
    const answers: string[] = [];
    for (let at = 0; at < reports.length; at += perMessage)
      answers.push(await this.ask(["These are data:", ...reports.slice(at, at + perMessage)].join("\n")));
    return answers;
  }

  async survey(text: string): Promise<string> {
    await this.ask(text);
    return (await this.deliver(2)).at(-1) ?? "";
  }

  async #turns(agent: string, prompt: ModelPrompt, special: readonly string[]): Promise<string> {
    for (let turn = 0; turn < 40; turn += 1) {
      const tools = [...this.#tools.map(({ name }) => name), ...special];
      const { stream } = await this.#model.doStream({
        prompt: structuredClone(prompt),
        tools: tools.map((name) => ({ type: "function", name, inputSchema: {} })),
      });
      let text = "";
      const wanted: { toolCallId: string; toolName: string; input: unknown }[] = [];
      for await (const part of stream)
        if (part.type === "text-delta") text += part.delta;
        else if (part.type === "tool-call")
          wanted.push({ ...part, input: JSON.parse(part.input) as unknown });
      prompt.push({
        role: "assistant",
        content: [
          { type: "text", text },
          ...wanted.map(({ toolCallId, toolName, input }) => ({
            type: "tool-call" as const,
            toolCallId,
            toolName,
            input,
          })),
        ],
      });
      if (wanted.length === 0) return text;
      for (const { toolCallId, toolName, input } of wanted) {
        const made = await this.#call(agent, toolName, input as Record<string, unknown>);
        this.calls.push(made);
        const output =
          made.error === undefined
            ? ({ type: "json", value: made.output as never } as const)
            : ({ type: "error-text", value: made.error } as const);
        prompt.push({ role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] });
      }
    }
    throw new Error("forty turns without an end");
  }

  async #call(agent: string, name: string, input: Record<string, unknown>): Promise<Made> {
    const made = { agent, name, input };
    try {
      return { ...made, output: await this.#run(agent, name, input), error: undefined };
    } catch (error) {
      return { ...made, output: null, error: messageOf(error) };
    }
  }

  async #run(agent: string, name: string, input: Record<string, unknown>): Promise<unknown> {
    if (name === "spawn_workers") return this.#spawn(input["tasks"] as { task: string; label: string }[]);
    if (name === "report_to_parent") return "recorded";
    if (name === "agent_list") return { workers: [{ workerId: "w-1", label: "docs", status: "running" }] };
    const tool = this.#tools.find((candidate) => candidate.name === name);
    const checked = await tool?.validate(input);
    if (tool === undefined || checked === undefined || "problem" in checked)
      throw new Error(`wrong call of ${name}: ${JSON.stringify(checked)}`);
    const id = agentId(agent);
    return tool.run(checked.value, {
      signal: new AbortController().signal,
      callId: callId("c"),
      callKey: "c",
      agent: { id, executionId: executionIdOf(id, 1), correlationId: undefined, depth: 0 },
      progress: () => undefined,
      milestone: async () => undefined,
      log: SILENT_LOGGER,
      runProcess: () => Promise.reject(new Error("there are no processes here")),
      lease: () => Promise.reject(new Error("there are no leases here")),
      taken: () => undefined,
    });
  }

  async #spawn(tasks: { task: string; label: string }[]): Promise<unknown> {
    this.#batches += 1;
    const batchId = `b-${this.#batches}`;
    const lines: string[] = [];
    for (const [index, { task, label }] of tasks.entries()) {
      const worker = `w-${this.#batches}-${index}`;
      await this.#turns(
        worker,
        [{ role: "user", content: [{ type: "text", text: task }] }],
        ["report_to_parent"],
      );
      const said = this.calls.findLast((made) => made.agent === worker && made.name === "report_to_parent");
      const { status, error, report } = this.tamper(index, said?.input as unknown as Report);
      const body = { name: null, label, task, summary: report.summary, data: report.data, error };
      lines.push(
        `<worker_report worker="${worker}" batch="${batchId}" place="${index + 1}/${tasks.length}" remaining="${tasks.length - index - 1}" status="${status}" explicit="true">${JSON.stringify(body).replaceAll("<", String.raw`\u003c`)}</worker_report>`,
      );
    }
    this.#pending.push(lines);
    return { batchId, workers: tasks.map((_, index) => ({ workerId: `w-${index}`, index })), note: "" };
  }

  tasks(): { task: string; label: string }[] {
    const spawned = this.calls.findLast(({ name }) => name === "spawn_workers");
    return (spawned?.input["tasks"] ?? []) as { task: string; label: string }[];
  }
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "colony-survey-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string | Buffer, content: string | Buffer): void {
  const whole = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]);
  mkdirSync(Buffer.from(dirname(whole.toString("latin1")), "latin1"), { recursive: true });
  writeFileSync(whole, content);
}

async function colony(folder = root, exclude: readonly string[] = []): Promise<TinyColony> {
  return new TinyColony((await createWorkspace({ root: folder, exclude })).tools);
}

/** Files, lines and bytes as the ordinary tools count them. */
function truth(folder: string, source: "find" | "git", not = "/nothing"): string {
  const list =
    source === "git"
      ? 'git ls-files -co --exclude-standard -z | while IFS= read -r -d \'\' f; do [ -f "$f" ] && [ ! -L "$f" ] && printf \'%s\\0\' "$f"; done'
      : `find . -type f -not -path '${not}' -print0`;
  const run = (script: string): number =>
    Number(
      execFileSync("bash", ["-c", script], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
  const files = run(`${list} | tr -cd '\\0' | wc -c`);
  const lines = run(`${list} | xargs -0 -r cat | wc -l`);
  const bytes = run(`${list} | xargs -0 -r cat | wc -c`);
  return `**${files} file${files === 1 ? "" : "s"}, ${lines} line${lines === 1 ? "" : "s"}, ${bytes} byte${bytes === 1 ? "" : "s"}**`;
}

function git(...parameters: string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...parameters], {
    cwd: root,
    stdio: "ignore",
  });
}

function ordinaryFolder(): void {
  write("README.md", "# Box\n\nA box of *things*. More.\n");
  write(
    "src/index.ts",
    "/** The way in. */\nexport function open() {}\nexport const size = 1;\n// TODO: close\n",
  );
  write("src/deep/way/down.py", "class Down:\n    pass\n# FIXME later");
  write("docs/guide.md", "# Guide\n\nHow to open a box.\n");
  write("tools/run.sh", "#!/bin/sh\necho TODOS\n");
}

test("a survey of a plain folder has the numbers of find and wc, and at least three parts", async () => {
  ordinaryFolder();
  const people = await colony();
  const first = await people.ask("Please survey this folder");
  expect(first).toContain("4 workers");
  const answers = await people.deliver();
  expect(answers[0]).toMatch(/^`docs` has reported: 1 of 4, 3 to come\.$/u);
  const survey = answers.at(-1) ?? "";
  expect(people.tasks().map(({ label }) => label)).toEqual(["docs", "src", "tools", "top-level files"]);
  expect(survey).toContain(`# Survey of \`${basename(root)}\``);
  expect(survey).toContain(truth(root, "find"));
  expect(survey).toContain("A box of things.");
  expect(survey).toContain("2 lines with the word TODO or FIXME in 2 files.");
  expect(survey).toContain("- `src/index.ts:4` `// TODO: close`");
  expect(survey).toContain("- `src/index.ts`: `open`, `size`");
  expect(survey).toContain("| `src` | 2 |");
  expect(survey).toContain("The way in.");
  expect(survey).not.toContain("## Problems");
});

test("a survey of a git work tree has the numbers of git ls-files, without what git ignores", async () => {
  ordinaryFolder();
  git("init", "-q");
  write(".gitignore", "ignored/\n*.log\n");
  write("ignored/large.txt", "x\n".repeat(1000));
  write("src/a.log", "log\n");
  write("gone.txt", "gone\n");
  git("add", ".");
  write("tools/new one.txt", "untracked, no newline");
  rmSync(join(root, "gone.txt"));
  symlinkSync("README.md", join(root, "link.md"));
  const people = await colony();
  const survey = await people.survey("Give me an overview of this repository");
  expect(survey).toContain(truth(root, "git"));
  expect(survey).toContain("git ls-files -co --exclude-standard");
  expect(survey).toContain("1 symbolic link");
  expect(survey).toContain("1 file that git tracks and that is gone");
  expect(survey).not.toContain("large.txt");
});

test("nasty names, links out, binary files and nested repositories are counted as find counts them", async () => {
  ordinaryFolder();
  const outside = mkdtempSync(join(tmpdir(), "colony-outside-"));
  try {
    writeFileSync(join(outside, "secret.txt"), "TODO secret\n");
    symlinkSync(outside, join(root, "src/out"));
    symlinkSync(join(outside, "secret.txt"), join(root, "docs/secret.md"));
    write('odd/new\nline "quoted" | `tick`.txt', "TODO odd\n");
    write(Buffer.from("odd/latin\xff\xfe.txt", "latin1"), "no end");
    write("odd/-rf", "dash\n");
    write("line\u2028separator/\r.txt", "FIXME\n");
    write("odd/data.bin", Buffer.from([0, 10, 0, 10, 255]));
    write("nested/.git/config", "[core]\n");
    write("nested/a.txt", "a\n");
    execFileSync("bash", ["-c", 'mkfifo "$0"', join(root, "odd/pipe")]);
    const people = await colony();
    const survey = await people.survey("Survey this folder.");
    expect(survey).toContain(truth(root, "find"));
    expect(survey).not.toContain("secret");
    expect(survey).toContain("2 symbolic links");
    expect(survey).toContain("1 socket, pipe or device");
    expect(survey).toContain("4 lines with the word TODO or FIXME in 4 files.");
    expect(survey.split("\n").find((line) => line.includes("tick"))).toContain(String.raw`new\nline`);
    expect(people.calls.filter(({ error }) => error !== undefined)).toEqual([]);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test("three hundred files in forty folders become eight parts that hold each file once", async () => {
  for (let index = 0; index < 300; index += 1)
    write(`f${index % 40}/file${index}.ts`, `export const n${index} = 1;\n`.repeat(index % 7));
  write("top.txt", "top\n");
  const people = await colony();
  const survey = await people.survey("What is in this folder?");
  expect(people.tasks()).toHaveLength(8);
  expect(survey).toContain(truth(root, "find"));
  const rows = survey.split("\n").filter((line) => /^\| `.*\| \d+ \| \d+ \| \d+ \| [^|\d]/u.test(line));
  expect(rows.map((row) => Number(row.split("|")[2])).reduce((sum, files) => sum + files, 0)).toBe(301);
  const reports = people.calls.filter(({ name }) => name === "report_to_parent");
  expect(Math.max(...reports.map(({ input }) => JSON.stringify(input["data"]).length))).toBeLessThan(8_000);
});

test("a single deep folder is divided further down", async () => {
  for (const name of ["x", "y", "z"])
    write(`a/b/c/${name}/${name}.go`, `package ${name}\n\nfunc Open() {}\n`);
  const people = await colony();
  const survey = await people.survey("survey");
  expect(people.tasks().map(({ label }) => label)).toEqual(["a/b/c/x", "a/b/c/y", "a/b/c/z"]);
  expect(survey).toContain(truth(root, "find"));
});

test("two different folders give two different right answers in one conversation, not mixed", async () => {
  ordinaryFolder();
  const people = await colony();
  await people.ask("Survey ./src");
  await people.ask("survey the docs folder");
  const [src, docs] = [(await people.deliver(9)).at(-1) ?? "", (await people.deliver(9)).at(-1) ?? ""];
  expect(src).toContain(truth(join(root, "src"), "find"));
  expect(src).toContain(`# Survey of \`${basename(root)}/src\``);
  expect(docs).toContain(truth(join(root, "docs"), "find"));
  expect(docs).toContain(`# Survey of \`${basename(root)}/docs\``);
  expect(docs).not.toContain("index.ts");
});

test("an empty folder and a folder with one file are told as they are", async () => {
  const empty = await (await colony()).ask("Survey this folder");
  expect(empty).toContain("**0 files, 0 lines, 0 bytes.**");
  write("only.md", "one\n");
  const people = await colony();
  expect(await people.survey("Survey this folder")).toContain("**1 file, 1 line, 4 bytes**");
  expect(people.tasks()).toHaveLength(1);
});

test("an excluded folder is left out, named, and cannot be read", async () => {
  ordinaryFolder();
  write(".colony/colony.db", "TODO database\n");
  const people = await colony(root, [join(root, ".colony")]);
  const survey = await people.survey("Survey this folder");
  expect(survey).toContain(truth(root, "find", "./.colony/*"));
  expect(survey).toContain("`.colony`, which is excluded from this workspace");
  expect(await people.ask("Survey ./.colony")).toContain("excluded from this workspace");
});

test("a path out of the workspace is refused, recorded as a tool error, and told", async () => {
  ordinaryFolder();
  symlinkSync(tmpdir(), join(root, "way-out"));
  const people = await colony();
  expect(await people.ask("Survey /etc")).toContain("absolute");
  expect(await people.ask("Survey ../..")).toContain("climbs above the workspace root");
  expect(await people.ask("Survey the way-out folder")).toContain("leads out of the workspace");
  expect(await people.ask("Survey ./sorce")).toContain('"src"');
  expect(people.calls.map(({ error }) => error !== undefined)).toEqual([true, true, true, true]);
});

test("a failed worker is named, its part is said to be missing, and the totals are called partial", async () => {
  ordinaryFolder();
  const people = await colony();
  people.tamper = (index, report) =>
    index === 1
      ? {
          status: "timed_out",
          error: "the time limit was reached",
          report: { ...report, summary: "", data: null },
        }
      : { status: report.status, error: null, report };
  const survey = await people.survey("Survey this folder");
  expect(survey).toContain("**These totals are partial**: `src` is missing");
  expect(survey).toContain(
    "- `src` is missing: its worker `w-1-1` ended as timed\\_out (the time limit was reached).",
  );
  expect(survey).toContain("**3 files, 8 lines,");
});

test("greetings, questions about the workers and everything else get an honest answer", async () => {
  const people = await colony();
  expect(await people.ask("Hello!")).toContain("offline model");
  expect(await people.ask("What are the workers doing?")).toContain(
    "1 worker: 1 running.\n\n- `docs`: running",
  );
  const other = await people.ask("Write me a poem about the sea");
  expect(other).toContain("OPENAI_API_KEY");
  expect(other).toContain("ANTHROPIC_API_KEY");
  expect(people.calls.map(({ name }) => name)).toEqual(["agent_list"]);
});

test("many files in one flat folder are divided by name, each to one worker", async () => {
  for (let index = 0; index < 20; index += 1) write(`note ${index}.txt`, "a line\n".repeat(index));
  write(Buffer.from("latin\xff.txt", "latin1"), "one\n");
  const people = await colony();
  const survey = await people.survey("Survey this folder");
  expect(people.tasks()).toHaveLength(3);
  expect(survey).toContain(truth(root, "find"));
  expect(survey).not.toContain("## Problems");
});
