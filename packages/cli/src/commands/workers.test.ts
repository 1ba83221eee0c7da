import { expect, it } from "vitest";
import { colony, makePlace, start } from "../testing/command-line.ts";

interface Line {
  readonly type: string;
  readonly agentId: string;
  readonly data: { readonly activeMs?: number; readonly turns?: number };
}

interface Listed {
  readonly id: string;
  readonly turns: number;
  readonly durationMs: number;
}

it("turns and time are of all executions of an agent, without the time in which nobody had the colony open", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const killed = start(["run", "Survey this folder"], { cwd, env: { COLONY_OFFLINE_THINK_MS: "300" } });
  await killed.said("▸ ");
  killed.child.kill("SIGKILL");
  await killed.ended;
  // Nobody works meanwhile, so nobody's time goes on.
  const paused = await colony(["workers", "--all", "--json"], { cwd });
  expect((await colony(["workers", "--all", "--json"], { cwd })).stdout).toBe(paused.stdout);
  expect((await colony([], { cwd })).code).toBe(0);

  const sums = new Map<string, Omit<Listed, "id">>();
  for (const text of (await colony(["log", "--json"], { cwd })).stdout.trim().split("\n")) {
    const { agentId, data } = JSON.parse(text) as Line;
    if (data.activeMs === undefined) continue;
    const { turns, durationMs } = sums.get(agentId) ?? { turns: 0, durationMs: 0 };
    sums.set(agentId, { turns: turns + (data.turns ?? 0), durationMs: durationMs + data.activeMs });
  }
  const listed = JSON.parse((await colony(["workers", "--all", "--json"], { cwd })).stdout) as Listed[];
  expect(listed.length).toBeGreaterThan(1);
  for (const { id, turns, durationMs } of listed) expect({ turns, durationMs }).toEqual(sums.get(id));
  expect((await colony(["show", "overseer"], { cwd })).stdout).toMatch(/^at work +\S+ in \d+ executions$/mu);
}, 60_000);
