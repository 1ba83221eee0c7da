import { join } from "node:path";
import { createGate, createScriptedModel } from "@colony/testkit";
import { defineWorker, openColony, type Colony } from "@colony/runtime";
import { expect, it } from "vitest";
import { colony, makePlace } from "../testing/command-line.ts";

const NEVER = createGate().opened;

/** A colony with a persistent worker Tom, who never ends what is called "hang". */
async function open(cwd: string): Promise<Colony> {
  const model = createScriptedModel((request) =>
    JSON.stringify(request.prompt.at(-1)).includes("hang")
      ? { text: "never", before: NEVER }
      : { text: "done" },
  );
  const workers = { helper: defineWorker({ model, lifetime: "persistent" }), once: defineWorker({ model }) };
  const limits = { shutdownGraceMs: 0 };
  return await openColony({ dir: join(cwd, ".colony"), limits, overseer: { model }, workers });
}

it("a worker of a colony that is open elsewhere is sent to, closed, opened again, dismissed and removed", async () => {
  using place = makePlace();
  const cwd = place.path;
  await using held = await open(cwd);
  const tom = await held.spawn("helper", { task: "hang", name: "Tom" });
  await held.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: 0 });

  const sent = await colony(["send", "Tom", "and", "then", "that", "--mode", "queue"], { cwd });
  expect(sent).toMatchObject({ code: 0, stderr: "" });
  expect(sent.stdout).toMatch(/^sent: process \d+ has taken it for Tom \(i-/u);
  expect(await tom.snapshot()).toMatchObject({ queueSize: 1, queuedPreview: "and then that" });

  const closed = await colony(["close", "Tom", "--reason", "lunch"], { cwd });
  expect(closed).toMatchObject({ code: 0, stderr: "", stdout: "closed Tom, which was running\n" });
  const again = await colony(["close", "Tom", "--json"], { cwd });
  expect(JSON.parse(again.stdout)).toMatchObject({
    fate: "taken",
    agentId: tom.id,
    previousStatus: "closed",
  });
  expect((await colony(["close", "Tom"], { cwd })).stdout).toBe(
    "Tom was closed already; nothing was changed\n",
  );
  expect((await colony(["show", "Tom"], { cwd })).stdout).toMatch(/closed/u);

  expect((await colony(["reopen", "Tom"], { cwd })).stdout).toBe("opened Tom again\n");
  expect(await tom.wait()).toMatchObject({ lastInput: "and then that", lastOutput: "done" });
  expect((await colony(["reopen", "Tom"], { cwd })).stdout).toBe(
    "Tom was open already; nothing was changed\n",
  );
  const answered = await colony(["send", "Tom", "-", "--wait", "--mode", "queue"], { cwd, input: "more\n" });
  expect(answered).toMatchObject({ code: 0, stdout: "done\n" });

  expect((await colony(["dismiss", "Tom"], { cwd })).stdout).toMatch(
    /^dismissed Tom; "colony workers --all"/u,
  );
  expect((await colony(["workers"], { cwd })).stdout).not.toContain("Tom");
  expect((await colony(["workers", "--all"], { cwd })).stdout).toContain("Tom");

  const early = await colony(["remove", "Tom"], { cwd });
  expect(early).toMatchObject({
    code: 1,
    stdout: "",
    stderr: 'error: worker "Tom" is idle; close or stop it before removing it\n',
  });
  await colony(["close", "Tom"], { cwd });
  expect((await colony(["stop", "Tom"], { cwd })).stdout).toBe(
    "Tom had ended already; nothing was changed\n",
  );
  expect((await colony(["remove", "Tom"], { cwd })).stdout).toBe("removed Tom\n");
  expect((await colony(["workers", "--all"], { cwd })).stdout).not.toContain("Tom");
  const log = await colony(["log"], { cwd });
  for (const words of [
    /lunch|what waits for it is kept/u,
    /AGENT REOPENED|reopened|AGENT_REOPENED/iu,
    /AGENT.REMOVED/iu,
  ])
    expect(log.stdout).toMatch(words);
}, 120_000);

it("what is asked for while nobody has the colony open is kept, and done by the next who has", async () => {
  using place = makePlace();
  const cwd = place.path;
  const first = await open(cwd);
  await (await first.spawn("helper", { task: "t", name: "Tom" })).wait();
  await first.close();
  const kept = await colony(["close", "Tom"], { cwd });
  expect(kept).toMatchObject({
    code: 0,
    stdout: "kept: nobody has this colony open; whoever opens it next closes Tom\n",
  });
  await (await open(cwd)).close();
  for (const [argv, words] of [
    [["close", "Tom"], "Tom is closed already and stays so"],
    [["dismiss", "Tom"], "whoever opens it next dismisses Tom"],
    [["stop", "Tom"], "Tom has ended already and stays so"],
    [["reopen", "Tom"], "whoever opens it next reopens Tom"],
  ] as const)
    expect(await colony(argv, { cwd })).toMatchObject({
      code: 0,
      stdout: `kept: nobody has this colony open; ${words}\n`,
    });
  await (await open(cwd)).close();
  expect((await colony(["reopen", "Tom"], { cwd })).stdout).toContain("; Tom is open already and stays so\n");
  await colony(["close", "Tom"], { cwd });
  await colony(["remove", "Tom"], { cwd });
  await using next = await open(cwd);
  expect(next.agents().map(({ kind }) => kind)).toEqual(["overseer"]);
}, 60_000);

it.each([
  [["close"], 2, '"close" needs a worker, as in: colony close w-4f2k'],
  [["reopen"], 2, '"reopen" needs a worker, as in: colony reopen w-4f2k'],
  [["dismiss"], 2, '"dismiss" needs a worker, as in: colony dismiss w-4f2k'],
  [["remove"], 2, '"remove" needs a worker, as in: colony remove w-4f2k'],
  [["remove", "a", "b"], 2, '"remove" takes one worker and was given 2; give one at a time'],
  [["send"], 2, '"send" needs a worker, as in: colony send w-4f2k'],
  [["send", "Tom"], 2, '"send" needs a text behind the worker, as in: colony send w-4f2k "stop at ten"'],
  [
    ["send", "Tom", "-"],
    2,
    'standard input was empty; write the text to it, or give it in quotes: send w-4f2k "..."',
  ],
  [["send", "Tom", "x", "--mode", "later"], 2, 'there is no mode "later"'],
  [["send", "nobody", "x"], 1, 'there is no worker "nobody" in this colony'],
  [["close", "nobody"], 1, 'there is no worker "nobody" in this colony'],
  [["close", "overseer"], 1, 'agent "overseer" is the overseer, which is never closed'],
  [["dismiss", "overseer"], 1, 'agent "overseer" is the overseer, which is never dismissed'],
  [["remove", "overseer"], 1, 'agent "overseer" is the overseer, which is never removed'],
  [
    ["reopen", "Once"],
    1,
    'worker "Once" is ephemeral: it did its one task and is not opened again; spawn a new one',
  ],
  [["close", "Tom", "--dir", "memory"], 2, "a colony in memory ends with its process"],
  [["close", "Tom", "--dir", "elsewhere"], 1, "there is no colony in"],
  [["close", "Tom", "--all"], 2, '"close" has no option --all; it belongs to: workers'],
] as const)(
  "%j is refused in one sentence",
  async (argv, code, words) => {
    using place = makePlace();
    const cwd = place.path;
    const held = await open(cwd);
    await (await held.spawn("once", { task: "t", name: "Once" })).wait();
    await held.close();
    const ended = await colony(argv, { cwd });
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain("error: ");
    expect(ended.stderr).toContain(words);
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  },
  60_000,
);
