import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { colony, makePlace, start } from "./testing/command-line.ts";
import askingFile from "./testing/asking-colony.ts";

// The real program in processes of its own, in a colony whose agents ask people.

const FILE = ["--file", resolve(import.meta.dirname, "testing/asking-colony.ts")];

interface Said {
  readonly status: string;
  readonly text: string | null;
  readonly error: { readonly code: string } | null;
  readonly waiting?: readonly { readonly id: string; readonly kind: string }[];
}

const jsonLines = (stdout: string): readonly Said[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Said);

it("the colony of these tests can be read", () => {
  expect(Object.keys(askingFile.workers)).toEqual(["helper"]);
});

describe("run, with nobody at the terminal", () => {
  it("says what waits and how it goes on, exits with 3, and goes on once it has been answered", async () => {
    using place = makePlace();
    const cwd = place.path;
    const run = await colony(["run", "paint", ...FILE], { cwd });
    expect(run).toMatchObject({ code: 3, stdout: "" });
    expect(run.stderr).toContain(
      "    color: Which color?\n      1 red\n      2 blue\n    colony answer 1 ... answers it\n",
    );
    expect(run.stderr).toContain(
      `1 question waits for you; "colony inbox" shows it, "colony answer 1 ..." gives an answer, "colony chat ${FILE.join(" ")}" goes on\n`,
    );

    const workers = await colony(["workers", "--all"], { cwd });
    expect(workers.stdout).toMatch(/overseer .* waits for you .* waiting for you\n$/u);
    expect(workers.stderr).toBe('1 question waits for you; "colony inbox" lists what\n');
    const show = await colony(["show", "overseer"], { cwd });
    expect(show.stdout).toMatch(/^overseer {2}waits for you\n[\s\S]*\nWaits for\n {2}1 {2}overseer asks/u);
    expect(show.stderr).toBe("");
    expect(JSON.parse((await colony(["show", "overseer", "--json"], { cwd })).stdout)).toMatchObject({
      pending: [{ id: "overseer/c1" }],
    });
    expect((await colony(["log", "-n", "1"], { cwd })).stderr).toBe("");

    const looked = await colony(["chat", ...FILE], { cwd });
    expect(looked).toMatchObject({ code: 3, stdout: "" });
    expect(looked.stderr).not.toContain("continuing");
    expect((await colony(["answer", "1", "blue"], { cwd })).code).toBe(0);
    const on = await colony(["chat", ...FILE], { cwd });
    expect(on.code).toBe(0);
    expect(on.stdout).toContain('"answer":"blue"');
  }, 60_000);

  it("tells programs what waits", async () => {
    using place = makePlace();
    const cwd = place.path;
    const run = await colony(["run", "paint and pay", "--json", ...FILE], { cwd });
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({
      status: "input_required",
      text: null,
      executionId: "overseer.1",
      waiting: [
        { id: "overseer/c1", kind: "question" },
        { id: "overseer/c2", input: { sum: 5 } },
      ],
    });
    const again = await colony(["run", "hello", ...FILE], { cwd });
    expect(again.code).toBe(3);
    expect(again.stderr).toContain(
      `1 question and 1 approval wait for you; "colony inbox" shows them, "colony answer 1 ..." gives an answer, "colony approve 2" or "colony deny 2" decides, "colony chat ${FILE.join(" ")}" goes on\n`,
    );
  }, 60_000);

  it("calls off in memory what nobody could answer, and says so", async () => {
    using place = makePlace();
    const run = await colony(["run", "pay", "--dir", "memory", "--json", ...FILE], { cwd: place.path });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("nobody can answer: a colony in memory ends with its process");
    expect(JSON.parse(run.stdout)).toMatchObject({ status: "cancelled" });
  }, 60_000);

  it("ends well where only something else waits, and says that this does", async () => {
    using place = makePlace();
    const cwd = place.path;
    expect((await colony(["run", "serve", ...FILE], { cwd })).code).toBe(3);
    const hello = await colony(["run", "hello", ...FILE], { cwd });
    expect(hello).toMatchObject({ code: 0, stdout: "re: hello\n" });
    expect(hello.stderr).toContain("1 question waits for you, from before\n");
    expect(hello.stderr.match(/1 question waits for you; /gu)).toHaveLength(1);
    const chat = await colony(["chat", ...FILE], { cwd, input: "hello\n" });
    expect(chat).toMatchObject({ code: 3, stdout: "re: hello\n" });
    expect(await colony(["chat", ...FILE], { cwd })).toMatchObject({ code: 3 });
  }, 60_000);

  it("says without the file that a worker waits for its definition, and goes on with it", async () => {
    using place = makePlace();
    const cwd = place.path;
    expect((await colony(["run", "serve", ...FILE], { cwd })).code).toBe(3);
    expect((await colony(["answer", "1", "8080"], { cwd })).code).toBe(0);
    const without = await colony(["run", "hello"], { cwd });
    expect(without.code).toBe(0);
    const words = '1 worker waits for its definition ("helper"), which this process does not have; ';
    expect(without.stderr).not.toContain("continuing");
    expect(without.stderr).toContain(words);
    expect(without.stderr).not.toContain("goes on when this colony is opened again");
    const workers = await colony(["workers"], { cwd });
    expect(workers.stdout).toMatch(/paused/u);
    expect(workers.stdout).not.toContain("you");
    const live = await colony(["chat"], { cwd, input: "/workers\n" });
    expect(live.stderr).toContain(words);
    expect(live.stderr).toMatch(/tom +waits for its definition/u);
    expect((await colony(["chat", ...FILE], { cwd })).code).toBe(0);
    expect((await colony(["workers"], { cwd })).stdout).toMatch(/tom +completed/u);
    expect((await colony(["show", "tom"], { cwd })).stdout).toMatch(/^taken up +2 times$/mu);
  }, 60_000);
});

it("host tells what is asked, and how it is answered from elsewhere", async () => {
  using place = makePlace();
  const cwd = place.path;
  const host = start(["host", ...FILE], { cwd, stdin: "open" });
  await host.said("hosting ");
  expect((await colony(["inject", "paint"], { cwd })).code).toBe(0);
  await host.said("    colony answer 1 ... answers it\n");
  expect((await colony(["answer", "1", "red"], { cwd })).code).toBe(0);
  await host.said("the overseer was answered elsewhere: color: red\n");
  host.child.kill("SIGTERM");
  expect((await host.ended).code).toBe(0);
}, 60_000);

describe("chat by lines", () => {
  it("takes the next line for the answer while one waits, and approvals only by name", async () => {
    using place = makePlace();
    const input = "paint and pay\ngreen\n2\nyes\n/inbox\n/approve 2\nfurnish\nred\nbecause so\n";
    const chat = await colony(["chat", ...FILE], { cwd: place.path, input });
    expect(chat.code).toBe(0);
    expect(chat.stderr).toContain(
      'error: question "color": "green" is none of the options; give one of: 1 red, 2 blue\n',
    );
    expect(chat.stderr).toContain("pay was approved for the overseer\n");
    const [painted, yes, furnished, ...more] = chat.stdout.trim().split("\n");
    expect(painted).toMatch(/"answer":"blue".*"paid 5"/u);
    expect(yes).toBe("re: yes");
    expect(furnished).toMatch(/"answer":"red".*"answer":"because so"/u);
    expect(more).toEqual([]);
  }, 60_000);

  it("ends with 3 where an answer still waits for a person, and the next chat takes it up", async () => {
    using place = makePlace();
    const cwd = place.path;
    const first = await colony(["chat", ...FILE], { cwd, input: "pay\n" });
    expect(first).toMatchObject({ code: 3, stdout: "" });
    expect(first.stderr).toContain(
      `1 approval waits for you; "colony inbox" shows it, "colony approve 1" or "colony deny 1" decides, "colony chat ${FILE.join(" ")}" goes on\n`,
    );
    const second = await colony(["chat", ...FILE], { cwd, input: "/deny 1 too dear\n" });
    expect(second.code).toBe(0);
    expect(second.stderr).toContain("pay was denied for the overseer: too dear\n");
    expect(second.stdout).toContain("They said: too dear");
  }, 60_000);

  it("tells programs with each line what came of it, also that an answer does not do", async () => {
    using place = makePlace();
    const input = "paint\ngreen\nblue\nserve\n/answer tom 8080\n";
    const chat = await colony(["chat", "--json", ...FILE], { cwd: place.path, input });
    expect(chat.code).toBe(0);
    const said = jsonLines(chat.stdout);
    expect(said.map(({ status, error }) => [status, error?.code])).toEqual([
      ["input_required", undefined],
      ["input_required", "answer.invalid"],
      ["completed", undefined],
      ["input_required", undefined],
      ["completed", undefined],
    ]);
    expect(said[0]?.waiting).toMatchObject([{ id: "overseer/c1", kind: "question" }]);
    expect(said.at(-1)?.text).toBe("Tom has reported.");
  }, 60_000);

  it("is told of what is decided elsewhere, and goes on with it", async () => {
    using place = makePlace();
    const cwd = place.path;
    const chat = start(["chat", ...FILE], { cwd, stdin: "open" });
    chat.child.stdin?.write("paint\n");
    await chat.said("what you type next answers it");
    expect((await colony(["answer", "1", "blue"], { cwd })).stdout).toBe("answered overseer/c1\n");
    await chat.said("the overseer was answered elsewhere: color: blue");
    chat.child.stdin?.end("hello\n");
    const { code, stdout } = await chat.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/"answer":"blue".*\nre: hello\n$/u);
  }, 60_000);

  it("stops what waits when it is told to", async () => {
    using place = makePlace();
    const cwd = place.path;
    const chat = await colony(["chat", ...FILE], { cwd, input: "paint\n/stop\n" });
    expect(chat.code).toBe(130);
    expect((await colony(["inbox"], { cwd })).stderr).toBe("nothing waits for you\n");
  }, 60_000);

  it("calls off in memory what nobody answered by the end of its lines", async () => {
    using place = makePlace();
    const chat = await colony(["chat", "--dir", "memory", ...FILE], { cwd: place.path, input: "paint\n" });
    expect(chat).toMatchObject({ code: 1, stdout: "" });
    expect(chat.stderr).toContain("nobody can answer");
  }, 60_000);

  it("asked to end while it waits leaves what waits as it is", async () => {
    using place = makePlace();
    const cwd = place.path;
    const chat = start(["chat", ...FILE], { cwd, stdin: "open" });
    chat.child.stdin?.write("paint\n");
    await chat.said("what you type next answers it");
    chat.child.kill("SIGTERM");
    const { code, stderr } = await chat.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('closed; what waits for you still does: "colony inbox" shows it\n');
    expect((await colony(["inbox"], { cwd })).stdout).toContain("Which color?");
  }, 60_000);

  it("decides for workers as well", async () => {
    using place = makePlace();
    const input = "have paid\n/approve tom always worker\n";
    const chat = await colony(["chat", ...FILE], { cwd: place.path, input });
    expect(chat).toMatchObject({ code: 0, stdout: "Tom has reported.\n" });
    expect(chat.stderr).toContain("1  tom wants to call pay (");
    expect(chat.stderr).toContain("pay was approved for tom: later calls of this worker too\n");
  }, 60_000);

  it("is answered what it says meanwhile, where that waits for nobody", async () => {
    using place = makePlace();
    const input = "have paid\nhello\n";
    const chat = await colony(["chat", ...FILE], { cwd: place.path, input });
    expect(chat).toMatchObject({ code: 3, stdout: "re: hello\n" });
  }, 60_000);

  it("hears that what it waited for was cancelled elsewhere", async () => {
    using place = makePlace();
    const cwd = place.path;
    const chat = start(["chat", ...FILE], { cwd, stdin: "open" });
    chat.child.stdin?.write("paint\n");
    await chat.said("what you type next answers it");
    expect((await colony(["cancel", "overseer"], { cwd })).code).toBe(0);
    chat.child.stdin?.end();
    expect((await chat.ended).code).toBe(130);
    expect((await colony(["inbox"], { cwd })).stderr).toBe("nothing waits for you\n");
  }, 60_000);

  it("killed while it waits is asked once more by nobody: the next chat shows the same question", async () => {
    using place = makePlace();
    const cwd = place.path;
    const chat = start(["chat", ...FILE], { cwd, stdin: "open" });
    chat.child.stdin?.write("paint\n");
    await chat.said("what you type next answers it");
    chat.child.kill("SIGKILL");
    await chat.ended;
    const next = await colony(["chat", ...FILE], { cwd, input: "red\n" });
    expect(next.code).toBe(0);
    expect(next.stdout).toContain('"answer":"red"');
    const asked = await colony(["log", "--types", "QUESTION_ASKED"], { cwd });
    expect(asked.stdout.trim().split("\n")).toHaveLength(1);
  }, 60_000);
});
