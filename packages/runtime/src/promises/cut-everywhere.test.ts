import { defineTool, type ColonyEvent, type Tool } from "@colony/core";
import {
  ProcessWorld,
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
import { answered, calls, heard, newest, results, spawns } from "../testing/said.ts";

/** The disk, the machine's processes, and what tools have done to the world. */
interface World extends MemoryGround {
  readonly world: ProcessWorld;
  readonly done: string[];
}

function newWorld(): World {
  const ground = createMemoryGround();
  const world = new ProcessWorld(ground.clock, {
    build: { ms: 3_000, stdout: "built" },
    serve: { ms: Number.POSITIVE_INFINITY },
    hang: { ms: Number.POSITIVE_INFINITY, stubborn: true },
  });
  return { ...ground, world, done: [] };
}

interface Parts {
  readonly overseer: ModelScript;
  readonly worker?: ModelScript;
  readonly tools?: (world: World) => readonly Tool[];
}

async function open(life: Life, world: World, { overseer, worker, tools }: Parts): Promise<Colony> {
  const mortal = (tools?.(world) ?? []).map((tool) => life.tool(tool));
  return await openColony({
    ...life.options,
    limits: { concurrency: 8, shutdownGraceMs: 0 },
    overseer: { model: life.model(createScriptedModel(overseer)), tools: mortal },
    workers: {
      helper: defineWorker({ model: life.model(createScriptedModel(worker ?? [])), tools: mortal }),
    },
  });
}

function judged(events: readonly ColonyEvent[], { commits, done, world }: World): readonly string[] {
  const started = new Set(
    events.flatMap((event) => (event.type === "PROCESS_STARTED" ? [event.data.pid] : [])),
  );
  return [
    ...checkPromises(events),
    ...checkReplay(events, commits),
    ...(done.length === new Set(done).size ? [] : [`done twice: ${done.toSorted().join()}`]),
    ...world.alive.map((line) => `"${line}" still runs`),
    ...world.ran.flatMap(({ pid, line }) => (started.has(pid) ? [] : [`"${line}" ran and no event says so`])),
  ];
}

/** What a scenario does in each of its lives, and what must have come of it. */
const scenario = (
  parts: Parts,
  people: (colony: Colony, world: World) => Promise<void>,
  check: (events: readonly ColonyEvent[], world: World) => readonly string[] = () => [],
): CrashScenario<World> => ({
  ground: newWorld,
  async live(life, world) {
    const colony = await open(life, world, parts);
    await people(colony, world);
    await colony.idle();
    await colony.close();
  },
  check: (events, world) => [...judged(events, world), ...check(events, world)],
});

const statuses = (events: readonly ColonyEvent[]): string =>
  events
    .flatMap((event) => (event.type === "SUBAGENT_REPORT" ? [`${event.data.name} ${event.data.status}`] : []))
    .toSorted()
    .join();

const shape = { description: "does something", input: z.object({}) };
const say = async (colony: Colony, text: string, mode: "queue" | "steer" | "interrupt" = "queue") =>
  await colony.inject(text, { idempotencyKey: text, mode });

describe("people who steer and interrupt while workers run", () => {
  const look = (): Tool => defineTool({ ...shape, name: "look", effect: "pure", run: () => "seen" });
  const parts: Parts = {
    tools: () => [look()],
    overseer: (request) => {
      if (!JSON.stringify(request.prompt).includes("spawn_workers")) return spawns("a", "b");
      return { text: `heard ${heard(request).length}` };
    },
    worker: (request) =>
      results(request).length < 3
        ? { toolCalls: [{ id: `l${results(request).length}`, name: "look", input: {} }] }
        : { text: `told ${heard(request).slice(1).join(" and ")}` },
  };

  it("are heard once each, and lose no report, wherever the process is killed", async () => {
    const { failures, points } = await crashEverywhere(
      scenario(
        parts,
        async (colony) => {
          const receipts = [await say(colony, "go")];
          await colony.waitFor({ types: ["AGENT_SPAWNED"], parentId: colony.overseer.id }, { after: 0 });
          const a = colony.agents().find(({ name }) => name === "a");
          if (a !== undefined && a.status !== "closed")
            await colony
              .agent(a.id)
              .inject("look closer", { idempotencyKey: "closer" })
              .catch(() => undefined);
          receipts.push(await say(colony, "be quick", "steer"));
          receipts.push(await say(colony, "no, wait", "interrupt"));
          receipts.push(await say(colony, "what now?"));
          await Promise.all(receipts.map((receipt) => receipt.outcome()));
        },
        (events) => (statuses(events) === "a success,b success" ? [] : [statuses(events)]),
      ),
    );
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(80);
  }, 120_000);
});

describe("tools that can be asked what became of them", () => {
  const known = (world: World, name: string, effect: Tool["effect"]): Tool =>
    defineTool({
      ...shape,
      name,
      effect,
      run: (_input, { callKey }) => {
        world.done.push(`${name} ${callKey}`);
        return `${name} done`;
      },
      reconcile: (callKey) =>
        world.done.includes(`${name} ${callKey}`)
          ? { outcome: "done", output: `${name} was done` }
          : { outcome: "never_happened" },
    });
  const asked = ["pay", "post", "pay"] as const;

  it.each([undefined, 2, 7])(
    "are run once and never in doubt, wherever the process is killed (and again %s places later)",
    async (again) => {
      const { failures } = await crashEverywhere(
        scenario(
          {
            tools: (world) => [known(world, "pay", "once"), known(world, "post", "once")],
            overseer: (request) =>
              results(request).length === 0
                ? calls(...asked.map((name) => [name, {}] as const))
                : { text: results(request).join(" ") },
          },
          async (colony) => void (await (await say(colony, "go")).reply()),
          (events, { done }) => [
            ...(done.length === asked.length ? [] : [`${done.length} effects instead of ${asked.length}`]),
            ...events
              .filter(({ type }) => type === "TOOL_OUTCOME_UNKNOWN")
              .map(({ id }) => `${id}: in doubt`),
          ],
        ),
        again === undefined ? {} : { again },
      );
      expect(failures).toEqual([]);
    },
    120_000,
  );
});

describe("programs that tools run", () => {
  const program = (command: string): Tool =>
    defineTool({
      ...shape,
      name: command,
      effect: "pure",
      timeoutMs: command === "serve" ? 5_000 : 10_000_000,
      run: async (_input, { runProcess }) => (await runProcess(command, ["it"])).stdout,
    });
  const parts: Parts = {
    tools: () => [program("build"), program("serve"), program("hang")],
    overseer: (request) =>
      JSON.stringify(request.prompt).includes("spawn_workers")
        ? { text: "noted" }
        : spawns("build", "serve", "hang"),
    worker: (request) =>
      results(request).length === 0
        ? calls([heard(request)[0] ?? "", {}])
        : { text: results(request).join() },
  };

  it.each([undefined, 3])(
    "are ended with their call, by this host or the next, wherever the process is killed (and again %s places later)",
    async (again) => {
      const { failures, points } = await crashEverywhere(
        scenario(
          parts,
          async (colony) => {
            const go = await say(colony, "go");
            await colony.waitFor({ types: ["PROCESS_STARTED"] }, { after: 0 });
            const hang = colony.agents().find(({ name }) => name === "hang");
            if (hang !== undefined) await colony.agent(hang.id).stop();
            await go.outcome();
          },
          (events) =>
            statuses(events) === "build success,hang cancelled,serve success" ? [] : [statuses(events)],
        ),
        again === undefined ? {} : { again },
      );
      expect(failures).toEqual([]);
      expect(points.some(({ what }) => what === "after process was stopped")).toBe(true);
    },
    120_000,
  );
});

it("a host that ended nothing of what another has left would be noticed", async () => {
  const { failures } = await crashEverywhere(
    {
      ...scenario({ overseer: [] }, async () => undefined),
      async live(life) {
        const serve = defineTool({
          ...shape,
          name: "serve",
          effect: "once",
          run: async (_input, { runProcess }) => (await runProcess("serve")).stdout,
          timeoutMs: 5_000,
        });
        const model = createScriptedModel((request) =>
          results(request).length === 0 ? calls(["serve", {}]) : { text: "done" },
        );
        const colony = await openColony({
          ...life.options,
          processes: { ...life.processes, isAlive: () => false, stop: () => Promise.resolve("gone") },
          overseer: { model: life.model(model), tools: [life.tool(serve)] },
          limits: { shutdownGraceMs: 0 },
        });
        const go = await say(colony, "go");
        await colony.waitFor({ types: ["PROCESS_STARTED"] }, { after: 0 });
        await go.outcome();
      },
    },
    { maxLives: 3 },
  );
  expect(failures.flatMap(({ problems }) => problems).join()).toContain('"serve" still runs');
});

describe("an answer that takes its time", () => {
  const WORDS = ["One ", "two ", "three ", "four."];
  const ANSWER = WORDS.join("");

  it("is whole, and what was seen of it before is kept as superseded, wherever the process is killed", async () => {
    const superseded = new Set<string>();
    const { failures } = await crashEverywhere(
      {
        ...scenario({ overseer: [] }, async () => undefined),
        async live(life, world) {
          const slow = createScriptedModel((request) => ({
            text: WORDS,
            during: life.clock.sleep(4_000, { signal: new AbortController().signal }),
            ...(newest(request) === "and?" ? { text: answered(request).join() } : {}),
          }));
          const colony = await openColony({
            ...life.options,
            overseer: { model: life.model(slow) },
          });
          expect(await (await say(colony, "count")).reply()).toBe(ANSWER);
          expect(await (await say(colony, "and?")).reply()).toBe(ANSWER);
          await colony.close();
          expect(await world.drafts?.list()).toEqual([]);
        },
        check(events, world) {
          for (const event of events)
            if (event.type === "MODEL_CALL_FAILED") superseded.add(event.data.supersededText ?? "");
          return judged(events, world);
        },
      },
      { again: 5 },
    );
    expect(failures).toEqual([]);
    expect([...superseded].toSorted()).toEqual(["", ANSWER]);
  }, 60_000);
});

it("a person's stop holds, whatever ran, wherever the process is killed", async () => {
  const { failures } = await crashEverywhere(
    scenario(
      {
        tools: () => [
          defineTool({
            ...shape,
            name: "hang",
            effect: "once",
            timeoutMs: 10_000_000,
            run: async (_input, { runProcess }) => (await runProcess("hang")).stdout,
          }),
        ],
        overseer: (request) =>
          JSON.stringify(request.prompt).includes("spawn_workers")
            ? { text: `heard ${heard(request).length}` }
            : spawns("a", "b"),
        worker: () => calls(["hang", {}]),
      },
      async (colony, world) => {
        const go = await say(colony, "go");
        const isStopped = async () => (await world.log.read({ types: ["DISPATCH_BLOCKED"] })).length > 0;
        if (!(await isStopped())) {
          await colony.waitFor({ types: ["PROCESS_STARTED"] }, { after: 0 });
          await colony.stop();
        }
        await (await say(colony, "what became of them?")).reply();
        await go.outcome();
      },
      (events) => (statuses(events) === "a cancelled,b cancelled" ? [] : [statuses(events)]),
    ),
  );
  expect(failures).toEqual([]);
}, 120_000);
