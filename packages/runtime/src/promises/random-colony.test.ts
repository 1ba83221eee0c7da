import { defineTool, type ModelRequest, type Tool } from "@colony/core";
import {
  checkPromises,
  ProcessWorld,
  checkReplay,
  createMemoryGround,
  createScriptedModel,
  crashEverywhere,
  type CrashScenario,
  type Life,
  type MemoryGround,
  type ScriptedTurn,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import { heard, results } from "../testing/said.ts";
import { turn } from "../testing/settled.ts";

// Small colonies as they come: an overseer and its workers follow scripts, people steer, interrupt and stop, tools of
// every kind touch an outside world that keeps its own record, and the process dies at one place and at a second one.

const TOOLS = ["look", "write", "pay", "pay_and_know", "look_known", "fail", "build"] as const;
type ToolName = (typeof TOOLS)[number];

const script = (most: number): fc.Arbitrary<readonly (readonly ToolName[])[]> =>
  fc.array(fc.array(fc.constantFrom(...TOOLS), { minLength: 1, maxLength: 3 }), { maxLength: most });

const plan = fc.record({
  /** What each worker calls, turn by turn. Without workers the overseer spawns nobody. */
  workers: fc.array(fc.record({ turns: script(2), reports: fc.boolean() }), { maxLength: 3 }),
  /** What the overseer calls for its first input, turn by turn. */
  overseer: script(2),
  /** What people do, in order; each after so many events in all. */
  people: fc.array(
    fc.record({
      act: fc.constantFrom("queue", "steer", "interrupt", "cancel", "stop", "agent_cancel"),
      afterEvents: fc.nat(40),
    }),
    { maxLength: 3 },
  ),
  concurrency: fc.integer({ min: 1, max: 3 }),
  cut: fc.nat(1_000),
  again: fc.integer({ min: 1, max: 12 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

/** The outside world. */
interface World extends MemoryGround {
  readonly touched: { readonly tool: string; readonly key: string }[];
  readonly world: ProcessWorld;
}

function world(): World {
  const ground = createMemoryGround();
  return { ...ground, touched: [], world: new ProcessWorld(ground.clock, { make: { ms: 2_000 } }) };
}

function toolsIn({ touched }: World): readonly Tool[] {
  const tool = (name: ToolName, effect: Tool["effect"]) => ({
    name,
    description: `does ${name}`,
    input: z.object({}),
    effect,
    run: (_input: unknown, { callKey }: { readonly callKey: string }) => {
      touched.push({ tool: name, key: callKey });
      if (name === "fail") throw new Error("it broke");
      return `${name} done`;
    },
  });
  const known = (callKey: string) =>
    touched.some(({ key }) => key === callKey)
      ? ({ outcome: "done", output: "it was done" } as const)
      : ({ outcome: "never_happened" } as const);
  return [
    defineTool(tool("look", "pure")),
    defineTool(tool("write", "idempotent")),
    defineTool(tool("pay", "once")),
    defineTool({ ...tool("pay_and_know", "once"), reconcile: known }),
    defineTool({ ...tool("look_known", "pure"), reconcile: known }),
    defineTool(tool("fail", "once")),
    defineTool({
      ...tool("build", "pure"),
      run: async (_input, { callKey, runProcess }) => {
        touched.push({ tool: "build", key: callKey });
        return (await runProcess("make", ["all"])).stdout;
      },
    }),
  ];
}

/** Answers by how many results the conversation holds, so that any process goes on where the last one stopped. */
function answer(request: ModelRequest, turns: readonly (readonly string[])[]): ScriptedTurn | undefined {
  let done = results(request).length;
  for (const [number, names] of turns.entries()) {
    if (done < names.length)
      return {
        toolCalls: names.map((name, index) => ({ id: `${number}-${index}`, name, input: {} })),
      };
    done -= names.length;
  }
  return undefined;
}

function scenario(
  { workers, overseer, people, concurrency }: Plan,
  seen: (world: World) => void,
): CrashScenario<World> {
  const tasks = workers.map((_, index) => ({ task: `${index}`, name: `worker-${index}` }));
  return {
    ground: world,
    async live(life: Life, ground) {
      const tools = toolsIn(ground).map((tool) => life.tool(tool));
      const colony = await openColony({
        ...life.options,
        limits: { concurrency },
        overseer: {
          model: life.model(
            createScriptedModel((request) => {
              const spawned = tasks.length === 0 || JSON.stringify(request.prompt).includes("spawn_workers");
              if (!spawned) return { toolCalls: [{ id: "s", name: "spawn_workers", input: { tasks } }] };
              const offset = tasks.length === 0 ? [] : [["spawn_workers"]];
              return answer(request, [...offset, ...overseer]) ?? { text: `heard ${heard(request).length}` };
            }),
          ),
          tools,
        },
        workers: {
          helper: defineWorker({
            model: life.model(
              createScriptedModel((request) => {
                const { turns, reports } = workers[Number(heard(request)[0])] ?? {
                  turns: [],
                  reports: false,
                };
                const calls = answer(request, turns);
                if (calls !== undefined) return calls;
                return reports
                  ? {
                      toolCalls: [
                        { id: "r", name: "report_to_parent", input: { status: "success", summary: "done" } },
                      ],
                    }
                  : { text: "done" };
              }),
            ),
            tools,
          }),
        },
      });
      const receipts = [await colony.inject("go", { idempotencyKey: "go" })];
      for (const [index, { act, afterEvents }] of people.entries()) {
        while (life.alive && colony.head() < afterEvents && !isIdle(colony.agents())) await turn();
        if (act === "queue" || act === "steer" || act === "interrupt")
          receipts.push(await colony.inject(`input ${index}`, { idempotencyKey: `${index}`, mode: act }));
        else if (act === "stop") {
          // Once for all lives: what is said with an old key is no new word, and would not lift a second one.
          const stopped = await ground.log.read({ types: ["DISPATCH_BLOCKED"] });
          if (stopped.length === 0) await colony.stop();
        } else if (act === "cancel") await colony.overseer.cancel().catch(() => undefined);
        else if (colony.agents().some(({ name }) => name === "worker-0"))
          await colony.agent("worker-0").stop();
      }
      // Lifts a stop, so that everything that waits behind it comes to its end.
      receipts.push(await colony.inject("and good bye", { idempotencyKey: "bye" }));
      await Promise.all(receipts.map((receipt) => receipt.outcome()));
      await colony.idle();
      await colony.close();
    },
    check(events, ground) {
      seen(ground);
      return [...checkPromises(events), ...judge(ground), ...checkReplay(events, ground.commits)];
    },
  };
}

const isIdle = (
  agents: readonly { readonly execution: { readonly endedAt: number | null } | null }[],
): boolean => agents.every(({ execution }) => execution === null || execution.endedAt !== null);

/** The world's own record: what may happen once only has happened once only, and no program is left. */
function judge({ touched, world: { alive } }: World): readonly string[] {
  const left = alive.map((line) => `"${line}" still runs`);
  const twice = ["pay", "pay_and_know", "fail"].flatMap((name) => {
    const keys = touched.filter(({ tool }) => tool === name).map(({ key }) => key);
    return keys.length === new Set(keys).size ? [] : [`${name} touched the world twice under one key`];
  });
  return [...left, ...twice];
}

const RUNS = Number(process.env["COLONY_RANDOM_RUNS"] ?? 100);

it(
  "any small colony keeps every promise, killed anywhere and a second time",
  async () => {
    const reached = new Set<string>();
    const seen = ({ touched }: World): void => touched.forEach(({ tool }) => reached.add(tool));
    const property = fc.asyncProperty(plan, async (chosen) => {
      const places = await crashEverywhere(scenario(chosen, seen), { cuts: [] });
      expect(places.failures).toEqual([]);
      const cut = 1 + (chosen.cut % places.points.length);
      const { failures } = await crashEverywhere(scenario(chosen, seen), {
        cuts: [cut],
        again: chosen.again,
      });
      expect(failures).toEqual([]);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect([...reached].toSorted()).toEqual(TOOLS.toSorted());
  },
  60_000 + RUNS * 1_000,
);
