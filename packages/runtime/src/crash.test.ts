import {
  SILENT_LOGGER,
  callId,
  defineTool,
  type ColonyEvent,
  type Model,
  type ModelRequest,
  type Tool,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import {
  checkPromises,
  crashEverywhere,
  createManualClock,
  createScriptedModel,
  createSequenceIds,
  type Ground,
  type Life,
  type ScriptedTurn,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";

/** The outside world: what tools have done to it, by their key. */
interface World extends Ground {
  readonly done: { readonly name: string; readonly key: string }[];
}

function world(): World {
  return {
    log: createMemoryLog(),
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
    clock: createManualClock({ now: 1_000 }),
    ids: createSequenceIds(),
    done: [],
  };
}

function tool(name: string, effect: Tool["effect"], { done }: World): Tool {
  return defineTool({
    name,
    description: `does ${name}`,
    input: z.object({ n: z.number() }),
    effect,
    run(_input, { callKey }) {
      done.push({ name, key: callKey });
      return `${name} done`;
    },
  });
}

/** Answers by what the conversation holds, so that a second process goes on where the first one stopped. */
function model(answer: (said: readonly string[]) => ScriptedTurn): Model {
  return createScriptedModel((request) => answer(wordsOf(request)));
}

function wordsOf({ prompt }: ModelRequest): readonly string[] {
  return prompt.flatMap((message): readonly string[] => {
    if (message.role === "system") return [];
    return message.content.map((part) => {
      if (part.type === "text") return `${message.role}: ${part.text}`;
      if (part.type === "tool-call") return `call: ${part.toolName}`;
      if (part.type === "tool-result") return `result: ${part.toolName} ${JSON.stringify(part.output)}`;
      return part.type;
    });
  });
}

const lastOf = (said: readonly string[]): string => said.at(-1) ?? "";

function doneOnce({ done }: World): readonly string[] {
  const keys = done.filter(({ name }) => name === "charge").map(({ key }) => key);
  return keys.length === new Set(keys).size ? [] : [`a once effect ran twice: ${keys.join(", ")}`];
}

async function open(
  life: Life,
  parts: { readonly overseer: Model; readonly worker?: Model; readonly tools?: readonly Tool[] },
): Promise<Colony> {
  const { worker, tools = [] } = parts;
  return await openColony({
    dir: "memory",
    store: life,
    clock: life.clock,
    ids: life.ids,
    logger: SILENT_LOGGER,
    overseer: {
      model: life.model(parts.overseer),
      tools: worker === undefined ? tools.map((each) => life.tool(each)) : [],
    },
    workers:
      worker === undefined
        ? {}
        : {
            helper: defineWorker({ model: life.model(worker), tools: tools.map((each) => life.tool(each)) }),
          },
  });
}

const answered = (events: readonly ColonyEvent[], count: number): readonly string[] => {
  const completed = events.filter(
    ({ type, agentId }) => type === "EXECUTION_COMPLETED" && agentId === "overseer",
  ).length;
  return completed >= count
    ? []
    : [`${completed} executions of the overseer were completed instead of ${count}`];
};

test("a chat of two inputs is answered in full, wherever the process is killed", async () => {
  const summary = await crashEverywhere({
    ground: world,
    async live(life) {
      const colony = await open(life, {
        overseer: model((said) => ({ text: `you said ${lastOf(said)}` })),
      });
      const one = await colony.inject("first", { idempotencyKey: "1" });
      const two = await colony.inject("second", { idempotencyKey: "2" });
      await Promise.all([one.reply(), two.reply()]);
      await colony.close();
    },
    check: (events) => [...checkPromises(events), ...answered(events, 2)],
  });
  expect(summary.failures).toEqual([]);
  expect(summary.points.length).toBeGreaterThan(20);
});

test("tools of all three effects, wherever the process is killed", async () => {
  const summary = await crashEverywhere({
    ground: world,
    async live(life, ground) {
      const colony = await open(life, {
        tools: [
          tool("look", "pure", ground as World),
          tool("write", "idempotent", ground as World),
          tool("charge", "once", ground as World),
        ],
        overseer: model((said) =>
          said.some((line) => line.startsWith("result"))
            ? { text: "done" }
            : {
                toolCalls: ["look", "write", "charge", "look"].map((name, n) => ({
                  id: callId(`c${n}`),
                  name,
                  input: { n },
                })),
              },
        ),
      });
      await (await colony.inject("go", { idempotencyKey: "1" })).reply();
      await colony.close();
    },
    check: (events, ground) => [
      ...checkPromises(events),
      ...answered(events, 1),
      ...doneOnce(ground as World),
    ],
  });
  expect(summary.failures).toEqual([]);
});

test("a fan-out of five workers reports in full, wherever the process is killed", async () => {
  const tasks = [1, 2, 3, 4, 5].map((n) => ({ task: `part ${n}` }));
  const summary = await crashEverywhere({
    ground: world,
    async live(life, ground) {
      const colony = await open(life, {
        tools: [tool("charge", "once", ground as World)],
        overseer: model((said) => {
          if (said.some((line) => line.includes('remaining="0"'))) return { text: "all reports are in" };
          if (said.some((line) => line === "call: spawn_workers")) return { text: "waiting" };
          return { toolCalls: [{ id: callId("s"), name: "spawn_workers", input: { tasks } }] };
        }),
        worker: model((said) =>
          said.some((line) => line.startsWith("result"))
            ? {
                toolCalls: [
                  { id: callId("r"), name: "report_to_parent", input: { status: "success", summary: "ok" } },
                ],
              }
            : { toolCalls: [{ id: callId("t"), name: "charge", input: { n: 1 } }] },
        ),
      });
      expect(await (await colony.inject("go", { idempotencyKey: "1" })).reply()).toBe("all reports are in");
      await colony.close();
    },
    check: (events, ground) => [
      ...checkPromises(events),
      ...doneOnce(ground as World),
      ...(events.filter(({ type }) => type === "SUBAGENT_REPORT").length === 5 ? [] : ["not five reports"]),
    ],
  });
  expect(summary.failures).toEqual([]);
}, 120_000);
