import { callId, defineTool, type ColonyEvent, type Model, type ModelRequest, type Tool } from "@colony/core";
import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  type Life,
  type MemoryGround,
  type ScriptedTurn,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import type { ColonyLimits } from "./options.ts";
import { openColony } from "./open-colony.ts";

/** The outside world: what tools have done to it, by their key. */
interface World extends MemoryGround {
  readonly done: { readonly name: string; readonly key: string }[];
}

const world = (): World => ({ ...createMemoryGround(), done: [] });

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
  parts: {
    readonly overseer: Model;
    readonly worker?: Model;
    readonly tools?: readonly Tool[];
    readonly limits?: ColonyLimits;
  },
): Promise<Colony> {
  const { worker, tools = [] } = parts;
  return await openColony({
    ...life.options,
    ...(parts.limits === undefined ? {} : { limits: parts.limits }),
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

/** What holds for every scenario. */
const promised = (events: readonly ColonyEvent[], { commits }: World): readonly string[] => [
  ...checkPromises(events),
  ...checkReplay(events, commits),
];

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
    check: (events, ground) => [...promised(events, ground), ...answered(events, 2)],
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
          tool("look", "pure", ground),
          tool("write", "idempotent", ground),
          tool("charge", "once", ground),
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
    check: (events, ground) => [...promised(events, ground), ...answered(events, 1), ...doneOnce(ground)],
  });
  expect(summary.failures).toEqual([]);
});

test("a fan-out of five workers reports in full, wherever the process is killed", async () => {
  const tasks = [1, 2, 3, 4, 5].map((n) => ({ task: `part ${n}` }));
  const summary = await crashEverywhere({
    ground: world,
    async live(life, ground) {
      const colony = await open(life, {
        tools: [tool("charge", "once", ground)],
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
      ...promised(events, ground),
      ...doneOnce(ground),
      ...(events.filter(({ type }) => type === "SUBAGENT_REPORT").length === 5 ? [] : ["not five reports"]),
    ],
  });
  expect(summary.failures).toEqual([]);
}, 120_000);

test("a fan-out of eight, of which one fails, one runs out of time and one is cancelled, wherever the process is killed", async () => {
  const tasks = Array.from({ length: 8 }, (_, n) => ({ task: `part ${n}`, name: `part-${n}` }));
  const summary = await crashEverywhere({
    ground: world,
    async live(life, ground) {
      const hang = defineTool({
        name: "hang",
        description: "never comes back",
        input: z.object({ n: z.number() }),
        effect: "pure",
        timeoutMs: 10_000_000,
        run: () => new Promise(() => undefined),
      });
      const colony = await open(life, {
        tools: [tool("charge", "once", ground), hang],
        limits: { concurrency: 8 },
        overseer: model((said) => {
          if (said.some((line) => line.includes('remaining="0"'))) return { text: "all reports are in" };
          const stopped = said.some((line) => line === "call: agent_cancel");
          const spawned = said.some((line) => line === "call: spawn_workers");
          if (spawned && !stopped)
            return { toolCalls: [{ id: callId("stop"), name: "agent_cancel", input: { worker: "part-2" } }] };
          if (stopped) return { text: "waiting" };
          return { toolCalls: [{ id: callId("s"), name: "spawn_workers", input: { tasks } }] };
        }),
        worker: model((said) => {
          const task = said[0] ?? "";
          if (task.endsWith("part 0")) return { throws: Object.assign(new Error("no"), { statusCode: 400 }) };
          if (task.endsWith("part 1") || task.endsWith("part 2"))
            return { toolCalls: [{ id: callId("h"), name: "hang", input: { n: 1 } }] };
          return said.some((line) => line.startsWith("result"))
            ? { text: "finished" }
            : { toolCalls: [{ id: callId("t"), name: "charge", input: { n: 1 } }] };
        }),
      });
      await (await colony.inject("go", { idempotencyKey: "1" })).reply();
      await colony.close();
    },
    check(events, ground) {
      const statuses = events.flatMap((event) =>
        event.type === "SUBAGENT_REPORT" ? [event.data.status] : [],
      );
      const expected = [
        "cancelled",
        "failed",
        "success",
        "success",
        "success",
        "success",
        "success",
        "timed_out",
      ];
      return [
        ...promised(events, ground),
        ...doneOnce(ground),
        ...(statuses.toSorted().join() === expected.join()
          ? []
          : [`the reports say ${statuses.toSorted().join()}`]),
      ];
    },
  });
  expect(summary.failures).toEqual([]);
}, 240_000);

test("steering and interrupting reach the model once, wherever the process is killed", async () => {
  const summary = await crashEverywhere({
    ground: world,
    async live(life, ground) {
      const colony = await open(life, {
        tools: [tool("look", "pure", ground)],
        overseer: model((said) => {
          const looked = said.filter((line) => line.startsWith("result")).length;
          return looked < 3 && !lastOf(said).includes("stop looking")
            ? { toolCalls: [{ id: callId(`l${looked}-${said.length}`), name: "look", input: { n: looked } }] }
            : { text: `heard ${said.filter((line) => line.startsWith("user")).length}` };
        }),
      });
      const receipts = await Promise.all([
        colony.inject("look around", { idempotencyKey: "1" }),
        colony.inject("and be quick", { idempotencyKey: "2", mode: "steer" }),
        colony.inject("stop looking", { idempotencyKey: "3", mode: "interrupt" }),
        colony.inject("and good bye", { idempotencyKey: "4" }),
      ]);
      await Promise.all(receipts.map((receipt) => receipt.outcome()));
      await colony.close();
    },
    check: promised,
  });
  expect(summary.failures).toEqual([]);
}, 120_000);

test("a seeded conversation is there whole or not at all, and is remembered, wherever the process is killed", async () => {
  const summary = await crashEverywhere({
    ground: world,
    async live(life) {
      const colony = await open(life, { overseer: model((said) => ({ text: said.join(" | ") })) });
      if (!colony.overseer.record.seeded)
        await colony.seed({
          messages: [
            { role: "user", origin: "seed", text: "my name is Ada" },
            { role: "assistant", parts: [{ type: "text", text: "hello Ada" }] },
          ],
        });
      const reply = await (await colony.inject("who am I?", { idempotencyKey: "1" })).reply();
      expect(reply).toBe("user: my name is Ada | assistant: hello Ada | user: who am I?");
      await colony.close();
    },
    check: (events, ground) => [
      ...promised(events, ground),
      ...(events.filter(({ type }) => type === "AGENT_SEEDED").length === 1 ? [] : ["not seeded once"]),
    ],
  });
  expect(summary.failures).toEqual([]);
});

test("two deaths, the second a few steps after the first, break nothing either", async () => {
  const summary = await crashEverywhere(
    {
      ground: world,
      async live(life, ground) {
        const colony = await open(life, {
          tools: [tool("look", "pure", ground), tool("charge", "once", ground)],
          overseer: model((said) =>
            said.some((line) => line.startsWith("result"))
              ? { text: "done" }
              : {
                  toolCalls: ["look", "charge"].map((name, n) => ({
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
      check: (events, ground) => [...promised(events, ground), ...answered(events, 1), ...doneOnce(ground)],
    },
    { again: 4 },
  );
  expect(summary.failures).toEqual([]);
});
