import { defineTool, type ColonyEvent, type Tool } from "@colony/core";
import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  type CrashScenario,
  type Life,
  type MemoryGround,
  type ModelScript,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, newest, results, spawns } from "../testing/said.ts";

/** The disk, and what was paid. */
interface World extends MemoryGround {
  readonly paid: number[];
}

const newWorld = (): World => ({ ...createMemoryGround(), paid: [] });

const payTool = ({ paid }: World): Tool =>
  defineTool({
    name: "pay",
    description: "Pays a sum.",
    input: z.object({ sum: z.number() }),
    needsApproval: ({ sum }) => sum > 1,
    run({ sum }) {
      paid.push(sum);
      return `paid ${sum}`;
    },
  });

async function open(
  life: Life,
  world: World,
  scripts: { overseer: ModelScript; worker: ModelScript },
): Promise<Colony> {
  const tools = [life.tool(payTool(world))];
  return await openColony({
    ...life.options,
    limits: { concurrency: 2, shutdownGraceMs: 0, maxDepth: 2 },
    overseer: { model: life.model(createScriptedModel(scripts.overseer)), tools },
    workers: { helper: defineWorker({ model: life.model(createScriptedModel(scripts.worker)), tools }) },
  });
}

/** Answers and approves whatever waits, as a person does who looks into the inbox from time to time. */
async function lookIntoTheInbox(colony: Colony): Promise<void> {
  for (let pending = colony.pending(); pending.length > 0; pending = colony.pending()) {
    for (const request of pending)
      if (request.kind === "approval") await colony.approve(request.id);
      else await colony.answer(request.id, "blue");
    await colony.idle();
  }
}

const texts = (events: readonly ColonyEvent[], type: ColonyEvent["type"]): number =>
  events.filter((event) => event.type === type).length;

const scenario = (
  scripts: { overseer: ModelScript; worker: ModelScript },
  check: (events: readonly ColonyEvent[], world: World) => readonly string[],
): CrashScenario<World> => ({
  ground: newWorld,
  async live(life, world) {
    const colony = await open(life, world, scripts);
    await colony.inject("Go.", { idempotencyKey: "go" });
    await colony.idle();
    await lookIntoTheInbox(colony);
    await colony.idle();
    await colony.close();
  },
  check: (events, world) => [
    ...checkPromises(events),
    ...checkReplay(events, world.commits),
    ...check(events, world),
  ],
});

describe("people who are asked, killed everywhere", () => {
  it("are asked once and answer once, and what they approved is done once", async () => {
    const { failures, points } = await crashEverywhere(
      scenario(
        {
          overseer: (request) => {
            if (newest(request) === "Go." && results(request).length === 0)
              return calls(
                ["pay", { sum: 5 }],
                ["ask_user", { questions: [{ question: "Which?", options: ["red", "blue"] }] }],
                ["pay", { sum: 1 }],
              );
            return { text: results(request).join() };
          },
          worker: [],
        },
        (events, { paid }) => [
          ...(texts(events, "QUESTION_ASKED") === 1 ? [] : ["asked more or less than once"]),
          ...(texts(events, "APPROVAL_REQUESTED") === 1 ? [] : ["approval asked more or less than once"]),
          ...(texts(events, "EXECUTION_COMPLETED") === 1 ? [] : ["did not come to its end"]),
          ...(paid.filter((sum) => sum === 5).length <= 1 ? [] : ["paid twice"]),
          ...(paid.filter((sum) => sum === 1).length <= 1 ? [] : ["paid twice"]),
        ],
      ),
    );
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(30);
  });

  it("are asked by a worker through its parent, at depth 2 as well, and each reports once", async () => {
    const { failures, points } = await crashEverywhere(
      scenario(
        {
          overseer: (request) => (newest(request) === "Go." ? spawns("a") : { text: "heard" }),
          worker: (request) => {
            const task = request.prompt.find(({ role }) => role === "user");
            const isDeep = JSON.stringify(task).includes("deep");
            if (isDeep)
              return results(request).length > 0
                ? { text: results(request).join() }
                : calls(["escalate", { questions: [{ question: "Which?" }] }]);
            return results(request).length === 0 ? spawns("deep") : { text: newest(request) };
          },
        },
        (events) => [
          ...(texts(events, "QUESTION_ASKED") === 1 ? [] : ["asked more or less than once"]),
          ...(texts(events, "SUBAGENT_REPORT") === 2 ? [] : [`${texts(events, "SUBAGENT_REPORT")} reports`]),
        ],
      ),
    );
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(50);
  });

  it("approve a tool for good as one thing with the call: whoever waits for it goes on, also after a death", async () => {
    const { failures, points } = await crashEverywhere({
      ground: newWorld,
      async live(life, world) {
        const colony = await open(life, world, {
          overseer: (request) => (newest(request) === "Go." ? spawns("a", "b") : { text: "heard" }),
          worker: (request) =>
            results(request).length > 0 ? { text: results(request).join() } : calls(["pay", { sum: 5 }]),
        });
        await colony.inject("Go.", { idempotencyKey: "go" });
        await colony.idle();
        const approved = colony.state.approvedTools?.includes("pay") === true;
        const [request] = colony.pending();
        if (!approved && request !== undefined) await colony.approve(request.id, { always: "tool" });
        await colony.idle();
        await colony.close();
      },
      check: (events, world: World) => [
        ...checkPromises(events),
        ...checkReplay(events, world.commits),
        ...(texts(events, "SUBAGENT_REPORT") === 2 ? [] : ["somebody waits for ever"]),
      ],
    });
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(40);
  });
});
