import { join } from "node:path";
import { openColony } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { makePlace, start } from "../testing/command-line.ts";
import { inProcess } from "../testing/in-process.ts";

const Findings = z.object({ findings: z.array(z.looseObject({ about: z.string() })) });

const STOPPED = /everything was stopped at [\d-]+ [\d:]+; it goes on once somebody says something\n/u;

it("that everything was stopped is said wherever something is looked at, or set, that does not begin", async () => {
  using place = makePlace();
  const cwd = place.path;
  {
    const overseer = { model: createScriptedModel([]) };
    await using open = await openColony({ dir: join(cwd, ".colony"), overseer });
    await open.stop();
  }
  const colonyStoppedAt: unknown = expect.any(Number);
  expect(await json(["trigger", "add", "b", "--every", "1h", "--id", "b"], cwd)).toMatchObject({
    colonyStoppedAt,
  });
  const added = ["trigger", "add", "tick", "--every", "1h", "--id", "tick"];
  for (const argv of [
    added,
    ["trigger", "list"],
    ["trigger", "fire", "tick"],
    ["workers"],
    ["workers", "--all"],
  ])
    expect((await inProcess(argv, { cwd })).stderr).toMatch(STOPPED);
  const doctor = await inProcess(["doctor"], { cwd });
  expect(doctor.stdout).toMatch(STOPPED);
  expect(doctor.code).toBe(0);
  expect(await json(["trigger", "list"], cwd)).toMatchObject([{ colonyStoppedAt }, { colonyStoppedAt }]);
  expect(await json(["trigger", "fire", "tick"], cwd)).toMatchObject({ colonyStoppedAt });
  expect(await json(["workers", "--all"], cwd)).toMatchObject([{ colonyStoppedAt }]);
  const { findings } = Findings.parse(await json(["doctor"], cwd));
  expect(findings.find(({ about }) => about === "stopped")).toMatchObject({ at: colonyStoppedAt });
  const host = start(["host"], { cwd });
  await host.said("it goes on once somebody says something");
  host.child.kill("SIGTERM");
  await host.ended;
}, 60_000);

it("a colony that was not stopped is not said to be", async () => {
  using place = makePlace();
  const cwd = place.path;
  await (
    await openColony({ dir: join(cwd, ".colony"), overseer: { model: createScriptedModel([]) } })
  ).close();
  expect((await inProcess(["workers", "--all"], { cwd })).stderr).toBe("");
  expect((await inProcess(["doctor"], { cwd })).stdout).not.toContain("stopped");
  expect(await json(["workers", "--all"], cwd)).toMatchObject([{ colonyStoppedAt: null }]);
});

async function json(argv: readonly string[], cwd: string): Promise<unknown> {
  return JSON.parse((await inProcess([...argv, "--json"], { cwd })).stdout);
}
