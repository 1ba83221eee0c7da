import { defineTool, type ColonyEvent } from "@colony/core";
import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  type CrashScenario,
  type MemoryGround,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import { pathWorker, reported, toolsTold } from "../testing/levels.ts";
import { calls, newest, results } from "../testing/said.ts";

/** The disk, and the tools that models were told of, by the task of whoever was told. */
interface World extends MemoryGround {
  readonly told: Map<string, Set<string>>;
}

const secret = defineTool({
  name: "secret",
  description: "secret",
  input: z.object({}),
  effect: "pure",
  run: () => "",
});

const scenario: CrashScenario<World> = {
  ground: () => ({ ...createMemoryGround(), told: new Map() }),
  async live(life, world) {
    const overseer = createScriptedModel((request) => {
      if (results(request).length === 0) return calls(["spawn_worker", { task: "a/b/c", name: "a" }]);
      return { text: newest(request).includes("<worker_report") ? "done" : "begun" };
    });
    const worker = createScriptedModel((request) => {
      const task = JSON.stringify(request.prompt[1]);
      world.told.set(task, (world.told.get(task) ?? new Set()).union(new Set(toolsTold(request))));
      return pathWorker(request);
    });
    const colony = await openColony({
      ...life.options,
      limits: { maxDepth: 2, shutdownGraceMs: 0 },
      overseer: { model: life.model(overseer), toolSet: { deny: ["secret"] } },
      workers: {
        helper: defineWorker({ model: life.model(worker), tools: [life.tool(secret)], profile: "minimal" }),
      },
    });
    await (await colony.inject("go", { idempotencyKey: "1" })).outcome();
    await colony.idle();
    await colony.close();
  },
  check: (events, { commits, told }) => [
    ...checkPromises(events),
    ...checkReplay(events, commits),
    ...refusals(events),
    ...reported(events).filter((line) => !/^(?:a: a with b|b: b alone: .*may not spawn.*)$/.test(line)),
    ...[...told].flatMap(([task, tools]) => (tools.has("secret") ? [`"secret" was told to ${task}`] : [])),
    ...(told.size === 2 ? [] : [`${told.size} workers were asked`]),
  ],
};

/** One call is refused its worker once, however often it is begun anew. */
function refusals(events: readonly ColonyEvent[]): readonly string[] {
  const count = events.filter(({ type }) => type === "SPAWN_REFUSED").length;
  return count === 1 ? [] : [`${count} spawns were refused`];
}

it("a worker below workers is denied what they are, refused workers once, and reports once, wherever the process is killed", async () => {
  const { failures, points } = await crashEverywhere(scenario);
  expect(failures).toEqual([]);
  expect(points.length).toBeGreaterThan(60);
}, 120_000);
