import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { defineWorker, openColony } from "@colony/runtime";
import { expect, it } from "vitest";
import { colony, makePlace } from "../testing/command-line.ts";

it("a budget is set at the start, stops what goes beyond it in one sentence, and is raised on the command line", async () => {
  using place = makePlace();
  const cwd = place.path;
  const stopped = await colony(["run", "hello", "--budget-tokens", "10"], { cwd });
  expect(stopped.code).toBe(1);
  expect(stopped.stderr).toMatch(
    /the budget of the colony is 10 tokens: 0 are spent, and this may need \d+ more; raise it with "colony budget"/u,
  );
  const refused = await colony(["doctor"], { cwd });
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(
    /^✗ budget +the budget of the colony is 10 tokens: 0 are spent, and this may need \d+ more\n +to mend it: "colony budget" shows and raises it$/mu,
  );
  const raised = await colony(["budget", "--tokens", "500000", "--tool-calls", "9"], { cwd });
  expect(raised).toMatchObject({ code: 0, stderr: "" });
  expect((await colony(["doctor"], { cwd })).stdout).toMatch(
    /^✓ budget +at most 500k tokens, at most 9 tool calls; there is room in it$/mu,
  );
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const shown = JSON.parse((await colony(["budget", "--json"], { cwd })).stdout) as {
    readonly budget: object;
  };
  expect(shown.budget).toEqual({ tokens: 500_000, toolCalls: 9 });
  expect((await colony(["budget"], { cwd })).stdout).toMatch(/^tokens +[\d.]+k of 500k$/mu);
}, 60_000);

it("a budget that is spent is what doctor finds, with how much of it there was", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  expect((await colony(["doctor"], { cwd })).stdout).not.toContain("budget");
  await colony(["budget", "--tokens", "1000", "--usd", "5", "--wall", "1ms"], { cwd });
  const { code, stdout } = await colony(["doctor", "--json"], { cwd });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    healthy: false,
    findings: expect.arrayContaining([
      {
        about: "budget",
        state: "wrong",
        says: expect.stringMatching(
          /^[\d.]+k of 1k tokens and \S+ of 1ms at work are spent, and what needs more ends at once$/u,
        ) as unknown,
        mend: 'raise it with "colony budget --tokens N --wall TIME"',
      },
    ]) as unknown,
  });
}, 60_000);

it("a budget is shown and set beside a colony that is open elsewhere", async () => {
  using place = makePlace();
  const cwd = place.path;
  await using held = await openColony({
    dir: join(cwd, ".colony"),
    overseer: { model: createOfflineModel() },
  });
  expect((await colony(["budget"], { cwd })).code).toBe(0);
  const set = await colony(["budget", "--tokens", "700000"], { cwd });
  expect(set).toMatchObject({ code: 0, stderr: "" });
  expect(set.stdout).toMatch(/^tokens +0 of 700k$/mu);
  expect(held.budget().budget).toEqual({ tokens: 700_000 });
  const refused = await colony(["budget", "--tokens", "-1"], { cwd });
  expect(refused).toMatchObject({ code: 2, stdout: "" });
}, 60_000);

it("each limit can be set, shown, told of and lifted", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const all = ["--usd", "2.5", "--tokens", "1e6", "--tool-calls", "9", "--workers", "3", "--wall", "1h30m"];
  const set = await colony(["budget", ...all, "--depth", "0"], { cwd });
  expect(set).toMatchObject({ code: 0, stderr: "" });
  expect(set.stdout).toMatch(
    /^US dollars +\$0 of \$2\.50\ntokens +[\d.]+k of 1M\ntool calls +0 of 9\nworkers +0 of 3\nat work +[\d.]+m?s of 1h30m\ndepth +at most 0\n$/u,
  );
  const refused = await colony(["run", "survey this folder"], { cwd });
  expect(refused.stdout).toMatch(/budget|depth/u);
  expect((await colony(["workers"], { cwd })).stdout).not.toContain("success");
  const log = await colony(["log"], { cwd });
  expect(log.stdout).toContain(
    "at most $2.50, at most 1M tokens, at most 9 tool calls, at most 3 workers, at most 1h30m at work, at most 0 deep",
  );
  const lifted = await colony(["budget", "--usd", "none", "--depth", "NONE", "--json"], { cwd });
  expect(JSON.parse(lifted.stdout)).toMatchObject({
    budget: { tokens: 1_000_000, toolCalls: 9, workers: 3, wallMs: 5_400_000 },
  });
  expect(lifted.stdout).not.toContain('"depth"');
}, 60_000);

it("a budget of money is refused at the start where a price is not known, with what to set, and makes no folder", async () => {
  using place = makePlace();
  const options = { cwd: place.path, env: { OPENAI_API_KEY: "none" } };
  const asked = ["run", "hi", "--model", "openai/gpt-99", "--budget-usd", "1"];
  const refused = await colony(asked, options);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(
    'there is a budget in US dollars, and the price of model "openai/gpt-99" is not known; say what it costs with --prices "openai/gpt-99=IN/OUT" (US dollars per million tokens), or give a budget of tokens instead',
  );
  expect((await colony(["workers"], { cwd: place.path })).stderr).toContain("there is no colony in");
  const slip = await colony([...asked, "--prices", "gpt-99=1/2"], options);
  expect(slip.stderr).toContain(
    '--prices is "gpt-99=1/2"; give PROVIDER/MODEL=IN/OUT in US dollars per million tokens, as in "openai/gpt-5=1.25/10"',
  );
}, 60_000);

it("a worker that has stalled is shown with why", async () => {
  using place = makePlace();
  const cwd = place.path;
  await using held = await openColony({
    dir: join(cwd, ".colony"),
    overseer: { model: createOfflineModel() },
    workers: {
      silent: defineWorker({ model: createOfflineModel({ thinkMs: 600_000 }), limits: { stallMs: 40 } }),
    },
  });
  const worker = await held.spawn("silent", { task: "wait" });
  expect(await worker.report()).toMatchObject({ status: "partial", cause: "stalled" });
  const { stdout } = await colony(["show", worker.id], { cwd });
  expect(stdout).toMatch(/^ended +.*, stalled$/mu);
  expect(stdout).toMatch(/^error +nothing was heard of "offline\/rules" for 0\.04 seconds/mu);
}, 60_000);
