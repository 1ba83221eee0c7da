import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { colony, makePlace, start } from "./testing/command-line.ts";

const SLOW = { COLONY_OFFLINE_THINK_MS: "60000" };

it("a run whose log cannot be written says so once, is stopped by Ctrl-C at once, and stores that as soon as it can", async () => {
  using place = makePlace();
  const log = join(place.path, ".colony", "colony.db");
  const host = start(["run", "Survey this folder"], { cwd: place.path, stdin: "open", env: SLOW });
  for (let asked = ""; asked === "";)
    asked = (await colony(["log", "--types", "MODEL_CALL_STARTED"], { cwd: place.path })).stdout;
  await rename(log, `${log}-away`);
  host.child.kill("SIGINT");
  await host.said("everything that was at work was called off here at once, but that could not be stored: ");
  await rename(`${log}-away`, log);
  const { code, stderr } = await host.ended;
  expect(code).toBe(130);
  const lines = stderr.split("\n").filter((line) => line !== "");
  expect(
    lines.filter((line) => line.startsWith("! nothing can be stored; what is done is kept and")),
  ).toHaveLength(1);
  expect(lines.slice(-2)).toEqual([
    "! the disk can be written again; what was kept is stored now",
    "cancelled; everything that was at work has been stopped",
  ]);
  const { stdout } = await colony(["log", "--types", "DISPATCH_BLOCKED,EXECUTION_CANCELLED"], {
    cwd: place.path,
  });
  expect(stdout).toMatch(/DISPATCH_BLOCKED.*\n.*EXECUTION_CANCELLED/u);
}, 60_000);
