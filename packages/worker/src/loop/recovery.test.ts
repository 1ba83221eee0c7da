import { defineTool, type Reconciled, type Tool, type ToolEffect } from "@colony/core";
import { createMemoryLog, type MemoryLog } from "@colony/eventbus";
import {
  createCrashingLog,
  createGate,
  createManualClock,
  createScriptedModel,
  type ScriptedModel,
} from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { saidIn, TestColony, WORKER } from "../testing/test-colony.ts";
import { gatedTool } from "../testing/test-tools.ts";

/** What tools have done to the world, over all lives of the process. */
interface World {
  readonly runs: { readonly name: string; readonly callKey: string }[];
}

function tool(world: World, effect: ToolEffect, reconcile?: () => Reconciled): Tool {
  const name = reconcile === undefined ? effect : "reconciled";
  return defineTool({
    name,
    description: "Does something.",
    input: z.object({ n: z.number() }),
    effect,
    run(_input, { callKey }) {
      world.runs.push({ name, callKey });
      return `${name} done`;
    },
    ...(reconcile === undefined ? {} : { reconcile }),
  });
}

/** Answers by what the conversation says, so that a call that was lost can be asked afresh. */
function model(): ScriptedModel {
  return createScriptedModel((request) => {
    const results = request.prompt.filter(({ role }) => role === "tool").length;
    if (results === 0)
      return {
        toolCalls: ["pure", "idempotent", "once", "reconciled"].map((name) => ({
          id: name,
          name,
          input: { n: 1 },
        })),
      };
    return results === 1
      ? { toolCalls: [{ id: "again", name: "once", input: { n: 2 } }] }
      : {
          toolCalls: [{ id: "r", name: "report_to_parent", input: { status: "success", summary: "Done." } }],
        };
  });
}

const definitionIn = (world: World, asked: ScriptedModel) =>
  defineWorker({
    model: asked,
    tools: [
      tool(world, "pure"),
      tool(world, "idempotent"),
      tool(world, "once"),
      tool(world, "once", () => ({ outcome: "unknown" })),
    ],
  });

const ENDS = /^EXECUTION_(?:COMPLETED|FAILED|CANCELLED|TIMED_OUT|LOST)$/;

/** Runs the worker to its end in a process that dies at one commit, and in another one after it. */
async function livedTwice(
  at: "before" | "after",
  append: number,
): Promise<{ log: MemoryLog; world: World; asked: ScriptedModel }> {
  const world: World = { runs: [] };
  const asked = model();
  const log = createMemoryLog();
  const clock = createManualClock({ now: 1_000_000 });
  const dying = createCrashingLog(log);
  const first = await TestColony.open({
    definition: definitionIn(world, asked),
    log: dying,
    manualClock: clock,
  });
  await first.spawn();
  dying.crash({ at, append });
  void first.work();
  await dying.crashed;
  await first.settled();
  await using second = await TestColony.open({
    definition: definitionIn(world, asked),
    log,
    manualClock: clock,
  });
  await second.work();
  return { log, world, asked };
}

/** Commits of the whole work after the spawn, when nothing goes wrong. */
const COMMITS = 9;

describe("a process that dies", () => {
  test("would have made so many commits", async () => {
    const dying = createCrashingLog(createMemoryLog());
    await using colony = await TestColony.open({
      definition: definitionIn({ runs: [] }, model()),
      log: dying,
    });
    await colony.finish();
    expect(dying.appends()).toBe(COMMITS + 1);
  });

  const cuts = Array.from({ length: COMMITS }, (_, index) => index + 1).flatMap((append) => [
    ["before", append] as const,
    ["after", append] as const,
  ]);

  test.each(cuts)(
    "%s commit %i is followed by one that brings the work to one end and one report",
    async (at, append) => {
      const { log, world } = await livedTwice(at, append);
      const own = log.events().filter(({ agentId }) => agentId === WORKER);
      expect(own.filter(({ type }) => ENDS.test(type)).map(({ type }) => type)).toEqual([
        "EXECUTION_COMPLETED",
      ]);
      const reports = own.filter((event) => event.type === "SUBAGENT_REPORT");
      expect(reports).toMatchObject([{ data: { status: "success", explicit: true, summary: "Done." } }]);
      const runsOf = (callId: string): number =>
        world.runs.filter(({ callKey }) => callKey.endsWith(`/${callId}`)).length;
      for (const callId of ["once", "reconciled", "again"]) expect(runsOf(callId)).toBeLessThanOrEqual(1);
      for (const callId of ["pure", "idempotent"]) expect(runsOf(callId)).toBeGreaterThanOrEqual(1);
      const outcomes = own.filter(
        ({ type }) => type === "TOOL_CALL_COMPLETED" || type === "TOOL_OUTCOME_UNKNOWN",
      );
      expect(outcomes).toHaveLength(6);
      const started = own.filter(({ type }) => type === "EXECUTION_STARTED");
      expect(started.length).toBe(
        at === "before" && append === 1 ? 1 : at === "after" && append === COMMITS ? 1 : 2,
      );
    },
  );
});

describe("a call that was under way when its process died", () => {
  /** The second life of a worker whose process died while a call was at work. */
  async function secondLife(
    effect: ToolEffect,
    reconcile?: () => Reconciled | Promise<Reconciled>,
  ): Promise<{ said: string; begun: readonly string[]; keys: readonly string[]; colony: TestColony }> {
    const gated = gatedTool(effect, { name: "work" });
    const tools: Tool[] = [
      reconcile === undefined
        ? gated.tool
        : {
            ...gated.tool,
            async reconcile(_callKey, input) {
              // What a tool is given is its own to change, and changes nothing of what it is given next.
              if (typeof input === "object") Object.assign(input ?? {}, { text: "spoilt" });
              return await reconcile();
            },
          },
    ];
    const asked = createScriptedModel((request) =>
      request.prompt.some(({ role }) => role === "tool")
        ? { text: "Done." }
        : { toolCalls: [{ id: "a", name: "work", input: { text: "a" } }] },
    );
    const log = createMemoryLog();
    const clock = createManualClock({ now: 1_000_000 });
    const dying = createCrashingLog(log);
    const first = await TestColony.open({
      definition: defineWorker({ model: asked, tools }),
      log: dying,
      manualClock: clock,
    });
    await first.spawn();
    dying.crash({ at: "before", append: 3 });
    void first.run();
    await first.settled();
    gated.gate("a").open();
    await dying.crashed;
    const second = await TestColony.open({
      definition: defineWorker({ model: asked, tools }),
      log,
      manualClock: clock,
    });
    const working = second.work();
    await clock.advance(70_000);
    await working;
    return {
      said: saidIn(asked.requests[1]).at(-1) ?? "",
      begun: gated.begun,
      keys: gated.callKeys,
      colony: second,
    };
  }

  test.each(["pure", "idempotent"] as const)(
    "runs again where it is %s, with the same key",
    async (effect) => {
      const { said, begun, keys, colony } = await secondLife(effect);
      expect(begun).toEqual(["a", "a"]);
      expect(new Set(keys)).toEqual(new Set(["memory/w-1/a"]));
      expect(said).toBe("tool: result work a done");
      expect(colony.of("TOOL_CALL_STARTED")).toMatchObject([{ data: { attempt: 2 } }]);
      await colony[Symbol.asyncDispose]();
    },
  );

  test("is never run again where it is once, and the model is told that nobody knows", async () => {
    const { said, begun, colony } = await secondLife("once");
    expect(begun).toEqual(["a"]);
    expect(said).toContain("Outcome unknown");
    expect(colony.of("TOOL_OUTCOME_UNKNOWN")).toHaveLength(1);
    await colony[Symbol.asyncDispose]();
  });

  test("stays unknown where it is once and its tool is not there any more", async () => {
    const once = gatedTool("once");
    const asked = createScriptedModel([
      { toolCalls: [{ id: "a", name: "once", input: { text: "a" } }] },
      { text: "Done." },
    ]);
    const log = createMemoryLog();
    const dying = createCrashingLog(log);
    const first = await TestColony.open({
      definition: defineWorker({ model: asked, tools: [once.tool] }),
      log: dying,
    });
    await first.spawn();
    dying.crash({ at: "before", append: 3 });
    void first.run();
    await first.settled();
    once.gate("a").open();
    await dying.crashed;
    await using second = await TestColony.open({ definition: defineWorker({ model: asked }), log });
    await second.work();
    expect(saidIn(asked.requests[1]).at(-1)).toContain("Outcome unknown");
    expect(second.of("TOOL_OUTCOME_UNKNOWN")).toHaveLength(1);
  });

  const answers: readonly (readonly [string, () => Reconciled | Promise<Reconciled>, RegExp, number])[] = [
    [
      "is done where the world says so",
      () => ({ outcome: "done", output: { id: 7 } }),
      /result work \{"id":7\}/,
      1,
    ],
    ["runs where the world says that it never happened", () => ({ outcome: "never_happened" }), /a done/, 2],
    ["stays unknown where the world does not know", () => ({ outcome: "unknown" }), /Outcome unknown/, 1],
    [
      "stays unknown where asking the world fails",
      () => {
        throw new Error("no answer");
      },
      /Outcome unknown/,
      1,
    ],
    [
      "stays unknown where the world never answers",
      () => createGate().opened.then(() => ({ outcome: "unknown" })),
      /Outcome unknown/,
      1,
    ],
  ];

  test.each(answers)("%s", async (...[_title, reconcile, said, runs]) => {
    const life = await secondLife("once", reconcile);
    expect(life.said).toMatch(said);
    expect(life.begun).toHaveLength(runs);
    expect(life.colony.report().status).toBe("success");
    await life.colony[Symbol.asyncDispose]();
  });
});
