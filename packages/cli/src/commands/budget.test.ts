import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { openColony } from "@colony/runtime";
import { expect, it } from "vitest";
import { colony, makePlace } from "../testing/command-line.ts";

it("a budget is set at the start, stops what goes beyond it in one sentence, and is raised on the command line", async () => {
  using place = makePlace();
  const cwd = place.path;
  const stopped = await colony(["run", "hello", "--budget-tokens", "10"], { cwd });
  expect(stopped.code).toBe(1);
  expect(stopped.stderr).toContain("the budget of the colony is 10 tokens: 0 are spent, and this may need");
  const raised = await colony(["budget", "--tokens", "500000", "--tool-calls", "9"], { cwd });
  expect(raised).toMatchObject({ code: 0, stderr: "" });
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const shown = JSON.parse((await colony(["budget", "--json"], { cwd })).stdout) as {
    readonly budget: object;
  };
  expect(shown.budget).toEqual({ tokens: 500_000, toolCalls: 9 });
  expect((await colony(["budget"], { cwd })).stdout).toMatch(/^tokens +2\.\dk of 500k$/mu);
}, 60_000);

it("a budget is shown beside a colony at work, and not set", async () => {
  using place = makePlace();
  const cwd = place.path;
  await using held = await openColony({
    dir: join(cwd, ".colony"),
    overseer: { model: createOfflineModel() },
  });
  expect((await colony(["budget"], { cwd })).code).toBe(0);
  const refused = await colony(["budget", "--usd", "1"], { cwd });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("has had the colony");
  expect(held.budget().budget).toEqual({});
}, 60_000);
