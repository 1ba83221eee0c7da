import { PRUNED_TYPES, defineTool, recipientOf, type ColonyEvent } from "@colony/core";
import {
  checkPromises,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  type CrashScenario,
  type Life,
  type MemoryGround,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, heard, results, spawns } from "../testing/said.ts";

const GONE = new Set(PRUNED_TYPES);
const TASKS = ["a", "b", "c"];

async function open(life: Life, prune: "never" | "events"): Promise<Colony> {
  const climb = defineTool({
    name: "climb",
    description: "goes up",
    input: z.object({}),
    effect: "idempotent",
    run: async (_input, { milestone }) => {
      void milestone("half of the way");
      await life.point("between two milestones");
      await milestone("the top");
      return "up";
    },
  });
  const worker = createScriptedModel((request) =>
    results(request).length === 0 ? calls(["climb", {}]) : { text: `done ${heard(request).at(-1)}` },
  );
  const overseer = createScriptedModel((request) =>
    JSON.stringify(request.prompt).includes("spawn_workers")
      ? { text: `heard of ${heard(request).join().split("worker_report status").length - 1}` }
      : spawns(...TASKS),
  );
  return await openColony({
    ...life.options,
    limits: { concurrency: 8, shutdownGraceMs: 0 },
    retention: { prune, keepMs: 1_000 },
    overseer: { model: life.model(overseer) },
    workers: { helper: defineWorker({ model: life.model(worker), tools: [life.tool(climb)] }) },
  });
}

/** What is left of a worker's conversation and work. */
const leftOf = (events: readonly ColonyEvent[]): readonly string[] =>
  events
    .filter(
      (event) => event.agentId !== "overseer" && GONE.has(event.type) && recipientOf(event) === undefined,
    )
    .map(({ id, type }) => `${type} ${id} is left`);

const scenario = (how: "asked" | "by itself"): CrashScenario<MemoryGround> => ({
  ground: createMemoryGround,
  async live(life, { clock }) {
    const colony = await open(life, how === "asked" ? "never" : "events");
    const reply = await (await colony.inject("go", { idempotencyKey: "go" })).reply();
    expect(reply).toMatch(/^heard of /);
    await colony.idle();
    await clock.sleep(60_001, { signal: new AbortController().signal });
    if (how === "asked") await colony.prune();
    else
      while (colony.agents().some(({ kind, prunedAt }) => kind === "worker" && prunedAt === undefined))
        await clock.sleep(60_000, { signal: new AbortController().signal });
    expect(colony.agents().filter(({ prunedAt }) => prunedAt !== undefined)).toHaveLength(TASKS.length);
    // Whoever has pruned last has also removed what a dead one left behind.
    await colony.prune();
    await colony.close();
  },
  check(events) {
    const reports = events.filter(({ type }) => type === "SUBAGENT_REPORT");
    const milestones = events.flatMap((event) =>
      event.type === "MILESTONE_REACHED" ? [`${event.agentId} ${event.data.ordinal} ${event.data.text}`] : [],
    );
    return [
      ...checkPromises(events),
      ...leftOf(events),
      ...(reports.length === TASKS.length ? [] : [`there are ${reports.length} reports`]),
      ...(milestones.length === 6 && new Set(milestones).size === 6
        ? []
        : [`milestones: ${milestones.join()}`]),
    ];
  },
});

it.each(["asked", "by itself"] as const)(
  "histories that are pruned (%s) are pruned in the end, each worker once, and reports and milestones stay, wherever the process is killed",
  async (how) => {
    const { failures, points } = await crashEverywhere(scenario(how));
    expect(failures).toEqual([]);
    const told = points.map(({ what }) => what).join("\n");
    expect(told).toContain("before append colony: HISTORY_PRUNED");
    expect(told).toContain("before removal of");
    expect(told).toContain("after removal of");
  },
  120_000,
);
