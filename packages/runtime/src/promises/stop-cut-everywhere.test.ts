import { defineTool, isEnded, type ColonyEvent } from "@colony/core";
import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createGate,
  createMemoryGround,
  createScriptedModel,
  type CrashScenario,
  type MemoryGround,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, heard, results } from "../testing/said.ts";

const NEVER = createGate().opened;

/** Whom each of three generations spawns, and whether it is in a tool that does not end by itself. */
const WORK: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  a: [["spawn_worker", { task: "b", name: "b" }]],
  b: [
    ["spawn_worker", { task: "c", name: "c" }],
    ["hold", {}],
  ],
  c: [["hold", {}]],
};

/** The first of three generations is called off while all of them are at work, in whichever life it comes to that. */
function scenarioOf(callOff: (colony: Colony) => Promise<unknown>): CrashScenario<MemoryGround> {
  return {
    ground: createMemoryGround,
    async live(life) {
      const atWork = createGate();
      let held = 0;
      const hold = defineTool({
        name: "hold",
        description: "takes for ever",
        input: z.object({}),
        effect: "pure",
        run: async () => {
          held += 1;
          if (held === 2) atWork.open();
          await NEVER;
        },
      });
      const overseer = createScriptedModel((request) =>
        results(request).length === 0 ? calls(["spawn_worker", { task: "a", name: "a" }]) : { text: "begun" },
      );
      const worker = createScriptedModel((request) => {
        const [task = ""] = heard(request);
        return results(request).length === 0 ? calls(...(WORK[task] ?? [])) : { text: "all I could" };
      });
      const colony = await openColony({
        ...life.options,
        limits: { maxDepth: 3, shutdownGraceMs: 0 },
        overseer: { model: life.model(overseer) },
        workers: { helper: defineWorker({ model: life.model(worker), tools: [life.tool(hold)] }) },
      });
      await colony.inject("go", { idempotencyKey: "1" });
      await Promise.race([atWork.opened, colony.idle()]);
      const execution = colony.agents().find(({ name }) => name === "a")?.execution ?? null;
      const isCalledOff = execution !== null && (execution.cancelling || isEnded(execution.status));
      if (!isCalledOff) await callOff(colony);
      await colony.idle();
      await colony.close();
    },
    check: (events, { commits }) => [
      ...checkPromises(events),
      ...checkReplay(events, commits),
      ...notCalledOff(events),
    ],
  };
}

/**
 * Whoever ends after the first has been called off ends as cancelled. Before, the time of a tool may have run out: it goes on
 * wherever a process waits for nothing else.
 */
function notCalledOff(events: readonly ColonyEvent[]): readonly string[] {
  const first = events.find(({ type }) => type === "CANCEL_REQUESTED");
  const late = events.filter(({ seq }) => seq > (first?.seq ?? Number.POSITIVE_INFINITY));
  return late.flatMap(({ type, data }) =>
    type === "SUBAGENT_REPORT" && data.status !== "cancelled"
      ? [`${data.name} was reported as ${data.status}`]
      : [],
  );
}

it.each<[string, (colony: Colony) => Promise<unknown>]>([
  ["stopped", (colony) => colony.worker("a").stop()],
  ["cancelled", (colony) => colony.worker("a").cancel()],
])(
  "what is below a worker that is %s ends with it, wherever the process is killed",
  { timeout: 120_000 },
  async (_how, callOff) => {
    const { failures, points } = await crashEverywhere(scenarioOf(callOff));
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(60);
    expect(points.filter(({ what }) => what.includes("CANCEL_REQUESTED")).length).toBeGreaterThan(3);
  },
);
