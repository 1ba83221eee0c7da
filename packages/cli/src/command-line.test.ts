import { existsSync, readFileSync, readdirSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "./commands/commands.ts";
import { colony, makePlace, start, type Place } from "./testing/command-line.ts";
import { sendJson, startServer } from "./testing/http-server.ts";

// The real program in processes of its own, on real folders.

const NOTICE =
  "no API key found: using the offline model; set OPENAI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL to use a real one";
const FILES = ["README.md", "src/index.ts", "docs/guide.md", "tools/build.py"];

describe("help", () => {
  it("explains every command, and each of them explains itself", async () => {
    using place = makePlace();
    const cwd = place.path;
    const general = await colony(["--help"], { cwd });
    expect(general).toMatchObject({ code: 0, stderr: "" });
    for (const { name, summary } of COMMANDS)
      expect(general.stdout).toMatch(new RegExp(` {2}${name}[ <[].*${RegExp.escape(summary)}`, "u"));
    const [run, help, version] = await Promise.all([
      colony(["run", "--help"], { cwd }),
      colony(["help", "run"], { cwd }),
      colony(["--version"], { cwd }),
    ]);
    expect(run.stdout).toBe(help.stdout);
    expect(run.stdout).toContain("1 failed or every worker failed");
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    expect(readdirSync(cwd)).not.toContain(".colony");
  });
});

interface Sent {
  readonly call: number;
  readonly calls: number;
  readonly prompt: readonly { readonly role: string }[];
}

describe("wrong usage", () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["wrokers"], 'did you mean "workers"?'],
    [["run"], '"run" needs a task'],
    [["run", "-"], "standard input was empty"],
    [["run", "x", "--model", "gpt-5"], "names no provider and model"],
    [["run", "x", "--model", "openai/gpt-5"], "OPENAI_API_KEY is not set"],
    [["chat", "--concurrency", "0"], "--concurrency is"],
    [["workers", "extra"], '"workers" takes no argument'],
    [["workers", "--status", "runing"], 'did you mean "running"?'],
    [["workers", "--limit", "0"], '--limit is "0"; give a whole number from 1 to 1000'],
    [["workers", "--retention", "long"], '--retention is "long"; give a time such as 24h, or forever'],
    [["prune", "everything"], '"prune" takes no argument'],
    [["prune", "--older-than", "soon"], '--older-than is "soon"; give a time such as 24h, 30m or 0s'],
    [["show"], '"show" needs a worker'],
    [["show", "x", "--messages", "few"], "--messages is"],
    [["show", "x", "--call", "2"], "--call says which model call --prompt shows; give --prompt too"],
    [["show", "x", "--prompt", "--call", "last"], '--call is "last"; give a whole number'],
    [
      ["show", "x", "--prompt", "--messages", "3"],
      "--prompt shows every message of a call; leave --messages out",
    ],
    [["log", "--types", "EXECUTION_COMPLETE"], 'did you mean "EXECUTION_COMPLETED"?'],
    [["log", "--after", "-1"], '--after is "-1"'],
    [["seed"], '"seed" needs to know where the conversation lies'],
    [["export", "overseer", "--format", "pdf"], "formats are md, jsonl, parts"],
    [["export", "overseer", "--format", "parts"], "say where: --out PATH"],
    [[""], 'there is no command ""; commands are chat, run, '],
    [["budget", "--usd", "lots"], '--usd is "lots"; give a number from 0'],
    [["inject"], '"inject" needs a text, as in: colony inject "and look into ./docs too"'],
    [["inbox", "extra"], '"inbox" takes no argument, and "extra" is one'],
    [["answer", "1"], '"answer" needs an answer behind the request, as in: colony answer 1 "blue"'],
    [["approve", "1", "--always", "ever"], '--always "ever" is no scope'],
    [["deny", "1", "2"], '"deny" takes one request and was given 2'],
    [["send", "w-4f2k"], '"send" needs a text behind the worker'],
    [["cancel"], '"cancel" needs an agent, as in: colony cancel w-4f2k'],
    [["close"], '"close" needs a worker, as in: colony close w-4f2k'],
    [["reopen"], '"reopen" needs a worker, as in: colony reopen w-4f2k'],
    [["dismiss"], '"dismiss" needs a worker, as in: colony dismiss w-4f2k'],
    [["remove"], '"remove" needs a worker, as in: colony remove w-4f2k'],
    [["inbox", "x"], '"inbox" takes no argument'],
    [["answer"], '"answer" needs a request, as in: colony answer 1'],
    [["approve", "a", "b"], '"approve" takes one request and was given 2; give one at a time'],
    [["deny", "a", "b"], '"deny" takes one request and was given 2; give one at a time'],
    [["send"], '"send" needs a worker, as in: colony send w-4f2k'],
    [["send", "Tom"], '"send" needs a text behind the worker, as in: colony send w-4f2k "stop at ten"'],
    [["close"], '"close" needs a worker, as in: colony close w-4f2k'],
    [["reopen"], '"reopen" needs a worker, as in: colony reopen w-4f2k'],
    [["dismiss"], '"dismiss" needs a worker, as in: colony dismiss w-4f2k'],
    [["remove"], '"remove" needs a worker, as in: colony remove w-4f2k'],
    [["stop", "--dir", "memory"], "a colony in memory ends with its process, so nothing can be sent to it"],
    [["trigger", "add", "x"], '"trigger add" needs one of --cron, --every, --at and --webhook'],
    [["host", "--dir", "memory"], "there is nothing to host; name a folder with --dir"],
    [["init", "extra"], '"init" takes no argument'],
    [["doctor", "--fix"], '"doctor" has no option --fix'],
    [["help", "rnu"], 'did you mean "run"?'],
  ];

  it.concurrent.each(cases)("%j is one sentence and exit code 2", async (argv, sentence) => {
    using place = makePlace();
    const { code, stdout, stderr } = await colony(argv, { cwd: place.path });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^error: [^\n]+\n$/u);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(place.path, ".colony"))).toBe(false);
  });

  it("covers every command", () => {
    const tried = new Set(cases.map(([argv]) => argv[0]));
    expect(COMMANDS.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it("a variable with a wrong value is named", async () => {
    using place = makePlace();
    const ended = await colony(["doctor"], { cwd: place.path, env: { COLONY_CONCURRENCY: "lots" } });
    expect(ended).toMatchObject({
      code: 2,
      stderr: 'error: COLONY_CONCURRENCY is "lots"; give a whole number from 1 to 100000\n',
    });
  });

  it("--debug adds where it comes from", async () => {
    using place = makePlace();
    const { stderr } = await colony(["workers", "--debug"], { cwd: place.path });
    expect(stderr).toMatch(/^error: there is no colony in .*\n[\s\S]*\n {4}at /u);
  });
});

describe("after a survey", () => {
  let place: Place;
  const at = async (...argv: string[]) => await colony(argv, { cwd: place.path });

  beforeAll(async () => {
    place = makePlace();
    const ended = await at("run", "Survey this folder");
    expect(ended.stderr).toContain(`${NOTICE}\n`);
    expect(ended.stderr).toMatch(/✓ src {2}\(.*, \d tool calls, .* tokens, free\)/u);
    expect(ended.code).toBe(0);
    const lines = FILES.reduce(
      (sum, file) => sum + readFileSync(join(place.path, file), "utf8").split("\n").length - 1,
      0,
    );
    expect(ended.stdout).toContain(`**${FILES.length} files, ${lines} lines, `);
    expect(ended.stdout).not.toContain(NOTICE);
  });
  afterAll(() => place[Symbol.dispose]());

  it("the colony folder hides itself from git and keeps its own log", () => {
    expect(readFileSync(join(place.path, ".colony/.gitignore"), "utf8")).toBe("*\n");
    expect(readdirSync(join(place.path, ".colony"))).toContain("colony.db");
  });

  it("workers lists them", async () => {
    const { code, stdout } = await at("workers");
    expect(code).toBe(0);
    const [titles, ...rows] = stdout.trim().split("\n");
    expect(titles).toMatch(/^ID +NAME +STATUS/u);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const row of rows) expect(row).toMatch(/^w-\S+ +\S.* completed +\d+ +\d+ .* free /u);
    const all: unknown = JSON.parse((await at("workers", "--all", "--json")).stdout);
    expect(all).toHaveLength(rows.length + 1);
  });

  it("show tells everything of one, by the start of its id or by its label", async () => {
    const [worker] = JSON.parse((await at("workers", "--json")).stdout) as { id: string; label: string }[];
    const byId = await at("show", worker?.id.slice(0, 6) ?? "");
    expect(byId.stdout).toMatch(
      /completed[\s\S]*Task\n[\s\S]*Report\n {2}success\n[\s\S]*Conversation\n[\s\S]*report_to_parent/u,
    );
    expect((await at("show", worker?.label ?? "")).stdout).toBe(byId.stdout);
    const whole = JSON.parse((await at("show", worker?.id ?? "", "--json")).stdout) as {
      report: { status: string };
    };
    expect(whole.report.status).toBe("success");
  });

  it("show --prompt tells what a model was sent, and which calls there are", async () => {
    const [worker] = JSON.parse((await at("workers", "--json")).stdout) as { id: string; task: string }[];
    const id = worker?.id ?? "";
    const { code, stdout } = await at("show", id, "--prompt", "--call", "1");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Model call 1 of w-\S+ {2}of \d+, .*\n\n── system\nYou are a worker\. /u);
    expect(stdout).toContain("\n\n── user\n");
    const newest = JSON.parse((await at("show", id, "--prompt", "--json")).stdout) as Sent;
    expect(newest).toMatchObject({ agentId: id, call: newest.calls, lack: null });
    expect(newest.prompt[0]).toMatchObject({ role: "system" });
    const first = JSON.parse((await at("show", id, "--prompt", "--call", "1", "--json")).stdout) as Sent;
    expect(newest.prompt.slice(0, first.prompt.length)).toEqual(first.prompt);
    const beyond = await at("show", id, "--prompt", "--call", "99");
    expect(beyond).toMatchObject({ code: 1, stdout: "" });
    expect(beyond.stderr).toMatch(
      /^error: "w-\S+" has no model call 99; there are \d+, so give a number from 1 to \d+\n$/u,
    );
  });

  it("show says who there is when there is no such worker", async () => {
    const { code, stderr } = await at("show", "nobody-here");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: there is no worker "nobody-here" in this colony; /u);
  });

  it("log tells what happened, wholly or as asked", async () => {
    const all = (await at("log")).stdout.trim().split("\n");
    expect(all[0]).toMatch(/ 1 {2}colony +COLONY_OPENED +by process/u);
    expect(all.at(-1)).toContain("COLONY_CLOSED");
    expect((await at("log", "-n", "2")).stdout.trim().split("\n")).toEqual(all.slice(-2));
    expect((await at("log", "--after", "3", "--limit", "2")).stdout.trim().split("\n")).toEqual(
      all.slice(3, 5),
    );
    const reports = (await at("log", "--types", "subagent-report", "--json")).stdout.trim().split("\n");
    expect(reports.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(
      reports.map(() => "SUBAGENT_REPORT"),
    );
    const ofOne = (await at("log", "--worker", "src")).stdout.trim().split("\n");
    expect(ofOne.length).toBeGreaterThan(10);
    expect(new Set(ofOne.map((line) => line.split(/\s+/u)[2])).size).toBe(1);
    expect(await at("log", "--types", "EXECUTION_LOST")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "no event matches\n",
    });
  });

  it("a reader that leaves early is no error", async () => {
    const running = start(["log"], { cwd: place.path });
    running.child.stdout?.destroy();
    expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("export writes Markdown to standard output and a parts folder that seed reads back", async () => {
    const markdown = await at("export", "overseer");
    expect(markdown.stdout).toMatch(/^# Conversation of overseer\n[\s\S]*Survey this folder/u);
    const out = join(place.path, "session");
    const parts = await at("export", "overseer", "--format", "parts", "--out", "session");
    expect(parts.stderr).toMatch(/^\d+ messages of overseer written to /u);
    expect(readdirSync(join(out, "conversations/parts"))).toContain("0000000000.json");
    expect((await at("export", "overseer", "--format", "parts", "--out", "session")).code).toBe(2);

    const seeded = await at("seed", "--from", "session", "--dir", "second");
    expect(seeded.stdout).toMatch(/^overseer now remembers \d+ messages from .*session \(no problems\)\n$/u);
    const first = await at("export", "overseer", "--format", "jsonl");
    const second = await at("export", "overseer", "--format", "jsonl", "--dir", "second");
    expect(second.stdout.trim().split("\n")).toHaveLength(first.stdout.trim().split("\n").length);
    expect(await at("seed", "--from", "session")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"overseer" has already begun') as string,
    });
    expect((await at("seed", "--from", "nothing-here")).stderr).toMatch(/^error: [^\n]+\n$/u);
  });

  it("doctor finds nothing wrong", async () => {
    const { code, stdout } = await at("doctor");
    expect(stdout).toMatch(/owner +nobody has it open/u);
    expect(stdout).toMatch(/workspace .* as find -type f counts them/u);
    expect(stdout).toContain("nothing is wrong");
    expect(code).toBe(0);
  });
});

describe("run", () => {
  it("--json prints one object with all of it", async () => {
    using place = makePlace();
    const { code, stdout } = await colony(["run", "-", "--json"], {
      cwd: place.path,
      input: "Survey this folder\n",
    });
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(code).toBe(0);
    expect(result).toMatchObject({
      status: "completed",
      error: null,
      model: "offline/rules",
      usage: { costUsd: 0 },
    });
    expect(result["text"]).toContain("# Survey of");
    expect(result["workers"]).toEqual(
      expect.arrayContaining([expect.objectContaining({ label: "src", status: "success" })]),
    );
  });

  it("keeps nothing of a colony in memory", async () => {
    using place = makePlace();
    const ended = await colony(["run", "hello", "--dir", "memory"], { cwd: place.path });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Hello\./u) as string });
    expect(readdirSync(place.path)).toEqual(["README.md", "docs", "src", "tools"]);
  });

  it("stops on Ctrl-C with 130 once every end is recorded", async () => {
    using place = makePlace();
    const running = start(["run", "Survey this folder"], {
      cwd: place.path,
      env: { COLONY_OFFLINE_THINK_MS: "400" },
    });
    await running.said("▸ ");
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("stopping; press Ctrl-C again to leave at once");
    const workers = JSON.parse((await colony(["workers", "--json"], { cwd: place.path })).stdout) as {
      status: string;
    }[];
    expect(workers.length).toBeGreaterThan(0);
    for (const { status } of workers) expect(["cancelled", "completed"]).toContain(status);
  });

  it("says when it is ended from outside that the work goes on later, and the list shows it paused", async () => {
    using place = makePlace();
    const running = start(["run", "Survey this folder"], {
      cwd: place.path,
      env: { COLONY_OFFLINE_THINK_MS: "2000" },
    });
    await running.said("▸ ");
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toContain("finishing what runs, at most 10s; a second Ctrl-C or signal leaves at once");
    expect(stderr).toContain("closed; what was at work goes on when this colony is opened again");
    expect(stderr).not.toContain("stopped");
    const workers = await colony(["workers", "--all"], { cwd: place.path });
    expect(workers.stderr).toContain("nobody has this colony open");
    expect(workers.stdout).toMatch(/paused|waiting/u);
    expect(workers.stdout).not.toContain("running");
    expect((await colony(["show", "overseer"], { cwd: place.path })).stdout).not.toContain("running");
  });

  it("goes on after it was killed, and says so", async () => {
    using place = makePlace();
    const running = start(["run", "Survey this folder"], {
      cwd: place.path,
      env: { COLONY_OFFLINE_THINK_MS: "400" },
    });
    await running.said("▸ ");
    running.child.kill("SIGKILL");
    await running.ended;
    expect((await colony(["doctor"], { cwd: place.path })).stdout).toMatch(
      /owner +process \d+, .*, is gone; .* inject, send, inbox, answer, .* show, log and export work meanwhile\n/u,
    );
    const { code, stdout, stderr } = await colony([], { cwd: place.path });
    expect(stderr).toMatch(/continuing: \d+ workers? (?:was|were) /u);
    expect(stdout).toContain(`**${FILES.length} files, `);
    expect(code).toBe(0);
  });

  it("refuses a folder that another process has open, by its number", async () => {
    using place = makePlace();
    const running = start([], { cwd: place.path, stdin: "open" });
    await running.said(NOTICE);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (!existsSync(join(place.path, ".colony/colony.db-wal"))) return;
        clearInterval(look);
        resolve();
      }, 20);
    });
    const second = await colony(["run", "hello"], { cwd: place.path });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${running.child.pid ?? 0} has had the colony in`);
    expect((await colony(["doctor"], { cwd: place.path })).stdout).toContain(
      `process ${running.child.pid ?? 0} has it open`,
    );
    running.child.stdin?.end("hello\n");
    expect(await running.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Hello\./u) as string,
    });
  });
});

describe("a chat without a terminal", () => {
  it("knows the commands of a chat on a terminal", async () => {
    using place = makePlace();
    const input = "/help\n/workers\n/stop\n/wrokers\n/quit\nhello\n";
    const { code, stdout, stderr } = await colony([], { cwd: place.path, input });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("/workers  list the workers");
    expect(stderr).toContain("there are no workers yet");
    expect(stderr).toContain("nothing is at work");
    expect(stderr).toContain('did you mean "/workers"?');
  });

  it("answers line by line and ends after the last", async () => {
    using place = makePlace();
    const { code, stdout } = await colony([], { cwd: place.path, input: "hello\n\nWhat is love?\n" });
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toEqual([
      expect.stringMatching(/^Hello\./u),
      expect.stringContaining("does not understand this"),
    ]);
  });

  it("with nothing to read surveys where it stands, and says so", async () => {
    using place = makePlace();
    const { code, stdout, stderr } = await colony([], { cwd: place.path });
    expect(stderr).toContain(`nothing to read on standard input: surveying ${place.path} as a demonstration`);
    expect(stdout).toContain("# Survey of");
    expect(code).toBe(0);
  });

  it("stands where npm was started, not where npm went", async () => {
    using place = makePlace();
    using elsewhere = makePlace();
    const { stderr } = await colony([], { cwd: elsewhere.path, env: { INIT_CWD: place.path } });
    expect(stderr).toContain(`surveying ${place.path} as a demonstration`);
    expect(readdirSync(elsewhere.path)).not.toContain(".colony");
  });

  it("waits for a standard input that is open and silent", async () => {
    using place = makePlace();
    const running = start(["chat"], { cwd: place.path, stdin: "open" });
    const { child } = running;
    if (child.stdout === null) throw new Error("no standard output");
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin?.write("hello\n");
    expect((await answers.next()).value).toMatch(/^Hello\./u);
    child.stdin?.write("hi\n");
    expect((await answers.next()).value).toMatch(/^Hello\./u);
    expect(child.exitCode).toBeNull();
    child.stdin?.end();
    expect((await running.ended).code).toBe(0);
  });
});

describe("log --follow", () => {
  it("goes on with what another process does, until Ctrl-C", async () => {
    using place = makePlace();
    await colony(["run", "hello"], { cwd: place.path });
    const following = start(["log", "--follow", "--types", "INPUT_RECEIVED"], { cwd: place.path });
    const { stdout } = following.child;
    if (stdout === null) throw new Error("no standard output");
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toContain("hello");
    await colony(["run", "hello again"], { cwd: place.path });
    expect((await lines.next()).value).toContain("hello again");
    following.child.kill("SIGINT");
    expect(await following.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

interface Asked {
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

/** One streamed answer in the way of OpenAI's chat completions: words, or one call of a tool. */
function sendAnswer(
  response: ServerResponse,
  answer: { readonly text: string } | { readonly tool: string; readonly input: unknown },
): void {
  const delta =
    "text" in answer
      ? { role: "assistant", content: answer.text }
      : {
          role: "assistant",
          tool_calls: [
            {
              index: 0,
              id: "call-1",
              type: "function",
              function: { name: answer.tool, arguments: JSON.stringify(answer.input) },
            },
          ],
        };
  const base = { id: "c", object: "chat.completion.chunk", created: 1, model: "small" };
  const chunks = [
    { ...base, choices: [{ index: 0, delta, finish_reason: null }] },
    { ...base, choices: [{ index: 0, delta: {}, finish_reason: "text" in answer ? "stop" : "tool_calls" }] },
    { ...base, choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.end("data: [DONE]\n\n");
}

describe("a real provider", () => {
  const model = ["--model", "openai-compatible/small"];

  it("drives the overseer and its workers over HTTP, at a cost that is not known", async () => {
    using place = makePlace();
    const tasks = Array.from({ length: 5 }, (_, index) => ({
      task: `Count part ${index}`,
      label: `part ${index}`,
    }));
    await using server = await startServer((request, response) => {
      const answer = async (): Promise<void> => {
        const { tools = [], messages } = (await json(request)) as Asked;
        const said = JSON.stringify(messages.filter(({ role }) => role !== "system"));
        const isWorker = tools.some((tool) => tool.function.name === "report_to_parent");
        const reports = said.split("<worker_report ").length - 1;
        if (isWorker && messages.at(-1)?.role === "tool") sendAnswer(response, { text: "Reported." });
        else if (isWorker)
          sendAnswer(response, {
            tool: "report_to_parent",
            input: { status: "success", summary: "Counted.", data: { files: 2 } },
          });
        else if (!said.includes("spawn_workers"))
          sendAnswer(response, { tool: "spawn_workers", input: { tasks } });
        else sendAnswer(response, { text: `Seen ${reports} of 5 reports.` });
      };
      void answer();
    });
    const ended = await colony(["run", "Count", ...model, "--json"], {
      cwd: place.path,
      env: { OPENAI_BASE_URL: server.baseUrl },
    });
    expect(ended.stderr).toMatch(/✓ part 4 {2}\(.*, 1 tool call, .* tokens, cost \?\) {2}Counted\./u);
    const result = JSON.parse(ended.stdout) as { workers: unknown[] };
    expect(result).toMatchObject({
      status: "completed",
      text: "Seen 5 of 5 reports.",
      model: "openai-compatible/small",
      usage: { costUsd: null },
    });
    expect(result.workers).toHaveLength(5);
    expect(new Set(server.requests)).toEqual(new Set(["POST /v1/chat/completions"]));
    expect(ended.code).toBe(0);
  });

  it("that refuses the key is one sentence", async () => {
    using place = makePlace();
    await using server = await startServer((_request, response) =>
      sendJson(response, 401, { error: { message: "Incorrect API key provided" } }),
    );
    const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: "sk-secret-value" };
    const { code, stdout, stderr } = await colony(["run", "hello", ...model], { cwd: place.path, env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /error: openai-compatible\/small answered 401: Incorrect API key provided\. Check the key/u,
    );
    expect(stderr).not.toContain("sk-secret-value");
    expect(server.requests).toEqual(["POST /v1/chat/completions"]);
  });

  it("that is not there is tried again, said so, and can be called off", async () => {
    using place = makePlace();
    const server = await startServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const running = start(["run", "hello", ...model], {
      cwd: place.path,
      env: { OPENAI_BASE_URL: server.baseUrl },
    });
    await running.said("asking again in 1.");
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/: openai-compatible\/small cannot be reached \(.*ECONNREFUSED/u);
    expect(code).toBe(130);
  });

  it("that is not there when it is asked for its models is one sentence", async () => {
    using place = makePlace();
    const server = await startServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const env = { OPENAI_BASE_URL: server.baseUrl };
    const ended = await colony(["run", "hello"], { cwd: place.path, env });
    expect(ended.stderr).toMatch(
      /^error: no model server answers at [^\n]+ECONNREFUSED[^\n]+check OPENAI_BASE_URL\n$/u,
    );
    expect(ended.code).toBe(1);
    const doctor = await colony(["doctor", "--json"], { cwd: place.path, env });
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ healthy: false });
  });
});

describe("doctor", () => {
  it("says how to mend each thing that is wrong, and never shows a key", async () => {
    using place = makePlace();
    const env = { OPENAI_API_KEY: "sk-secret-value", COLONY_DRI: "x", COLONY_MODEL: "gpt-5" };
    const { code, stdout } = await colony(["doctor", "--workspace", "nowhere", "--dir", "README.md/sub"], {
      cwd: place.path,
      env,
    });
    expect(code).toBe(1);
    expect(stdout).toContain('COLONY_DRI is set and means nothing here; did you mean "COLONY_DIR"?');
    expect(stdout).toContain('COLONY_MODEL is "gpt-5"');
    expect(stdout).toMatch(/✗ workspace .*nowhere/u);
    expect(stdout).toContain("a file is in the way");
    expect(stdout).toMatch(/keys +OPENAI_API_KEY set/u);
    expect(stdout).not.toContain("sk-secret-value");
    expect(stdout.match(/to mend it:/gu)?.length).toBe(stdout.match(/✗/gu)?.length);
  });
});
