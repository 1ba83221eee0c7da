import { join } from "node:path";
import { createScriptedModel } from "@colony/testkit";
import { openColony, type Colony } from "@colony/runtime";
import { expect, it } from "vitest";
import { colony, makePlace, start } from "./testing/command-line.ts";

const open = (cwd: string): Promise<Colony> =>
  openColony({
    dir: join(cwd, ".colony"),
    overseer: { model: createScriptedModel((_request, index) => ({ text: `answer ${index + 1}` })) },
  });

it("what is sent to a colony that is open elsewhere is taken there, answered, and heard of here", async () => {
  using place = makePlace();
  const cwd = place.path;
  await using held = await open(cwd);
  const sent = await colony(["inject", "one"], { cwd });
  expect(sent).toMatchObject({ code: 0, stderr: "" });
  expect(sent.stdout).toMatch(
    new RegExp(`^sent: process ${process.pid} has taken it for the overseer \\(i-`, "u"),
  );
  const waited = await colony(["inject", "-", "--wait", "--key", "k"], { cwd, input: "two\n" });
  expect(waited).toMatchObject({ code: 0, stdout: "answer 2\n", stderr: "" });
  const again = await colony(["inject", "two", "--key", "k", "--json"], { cwd });
  expect(JSON.parse(again.stdout)).toMatchObject({ fate: "taken", agentId: "overseer", owner: process.pid });
  const conflict = await colony(["inject", "three", "--key", "k"], { cwd });
  expect(conflict).toMatchObject({ code: 1, stdout: "" });
  expect(conflict.stderr).toContain('idempotency key "k" was used before for a different input');
  const idle = await colony(["cancel", "overseer"], { cwd });
  expect(idle).toMatchObject({
    code: 1,
    stderr: 'error: agent "overseer" is not at work; there is nothing to cancel\n',
  });
  const stopped = await colony(["stop", "--reason", "lunch"], { cwd });
  expect(stopped.stdout).toBe(
    "stopped everything that was at work; nothing begins until somebody says something\n",
  );
  expect(held.state.blocks).toMatchObject([{ owner: "user", reason: "lunch" }]);
}, 60_000);

it("what is sent from elsewhere is seen in the chat that answers it, and what was said there is not", async () => {
  using place = makePlace();
  const cwd = place.path;
  const chat = start(["chat"], { cwd, stdin: "open" });
  const answered = new Promise((resolve) => chat.child.stdout?.once("data", resolve));
  chat.child.stdin?.write("hello\n");
  await answered;
  expect((await colony(["inject", "hello from elsewhere", "--wait"], { cwd })).code).toBe(0);
  chat.child.kill("SIGTERM");
  const { code, stderr } = await chat.ended;
  expect(code).toBe(0);
  expect(stderr.match(/^sent from elsewhere: .*$/gmu)).toEqual(["sent from elsewhere: hello from elsewhere"]);
}, 60_000);

it("what is sent while nobody has it open is kept, and done by the next who has", async () => {
  using place = makePlace();
  const cwd = place.path;
  await (await open(cwd)).close();
  const kept = await colony(["inject", "one"], { cwd });
  expect(kept).toMatchObject({ code: 0, stderr: "" });
  expect(kept.stdout).toMatch(
    /^kept: nobody has this colony open; whoever opens it next gives it to the overseer \(i-/u,
  );
  const stop = await colony(["stop"], { cwd });
  expect(stop.stdout).toBe(
    "kept: nobody has this colony open; whoever opens it next stops everything before anything goes on\n",
  );
  await using next = await open(cwd);
  const inputs: string[] = [];
  for await (const event of next.feed({ until: next.head() }))
    if (event.type === "INPUT_RECEIVED") inputs.push(event.data.text);
  expect(inputs).toEqual(["one"]);
  expect(next.state.blocks).toMatchObject([{ owner: "user" }]);
}, 60_000);

it.each([
  [["inject"], 2, '"inject" needs a text, as in: colony inject "and look into ./docs too"'],
  [["inject", "-"], 2, "standard input was empty; write the text to it"],
  [["inject", "x", "--mode", "sterr"], 2, 'there is no mode "sterr"; did you mean "steer"?'],
  [["inject", "x", "--to", "nobody"], 1, 'there is no worker "nobody" in this colony; there are: overseer'],
  [["inject", "x", "--dir", "memory"], 2, "a colony in memory ends with its process"],
  [["inject", "x", "--dir", "elsewhere"], 1, "there is no colony in"],
  [["cancel"], 2, '"cancel" needs an agent, as in: colony cancel w-4f2k'],
  [["stop", "nobody"], 1, 'there is no worker "nobody" in this colony; there are: overseer'],
  [["stop", "--dir", "elsewhere"], 1, "there is no colony in"],
] as const)("%j is refused in one sentence", async (argv, code, words) => {
  using place = makePlace();
  const cwd = place.path;
  await (await open(cwd)).close();
  const ended = await colony(argv, { cwd });
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr).toContain(`error: `);
  expect(ended.stderr).toContain(words);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
});
