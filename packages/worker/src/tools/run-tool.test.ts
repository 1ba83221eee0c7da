import { ColonyError, defineTool, type Tool, type ToolEffect, type ToolResult } from "@colony/core";
import { createMemoryBlobStore } from "@colony/eventbus";
import { createGate, createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { containing } from "../testing/matching.ts";
import { saidIn, TestColony } from "../testing/test-colony.ts";
import { gatedTool } from "../testing/test-tools.ts";

const toolThat = (run: () => unknown, effect: ToolEffect = "pure"): Tool =>
  defineTool({ name: "it", description: "Does it.", input: z.object({}), effect, run });

/** What becomes of one call of a tool, as it is recorded. */
async function resultOf(
  tool: Tool,
): Promise<{ result: ToolResult | undefined; said: string; colony: TestColony }> {
  const model = createScriptedModel([
    { toolCalls: [{ id: "c", name: tool.name, input: {} }] },
    { text: "Done." },
  ]);
  const colony = await TestColony.open({ definition: defineWorker({ model, tools: [tool] }) });
  await colony.finish();
  return {
    result: colony.of("TOOL_CALL_COMPLETED")[0]?.data.result,
    said: saidIn(model.requests[1]).at(-1) ?? "",
    colony,
  };
}

const circular: unknown[] = [];
circular.push(circular);
const fail = (thrown: unknown) => (): never => {
  throw thrown;
};
let deep: unknown = "bottom";
for (let level = 0; level < 20_000; level += 1) deep = [deep];
const trap = fail(new Error("trap"));
/** Throws whatever is done with it. */
const hostile: object = new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap });

describe("what a tool returns", () => {
  test.each<[string, unknown, unknown]>([
    ["nothing is null", undefined, null],
    ["text is text", "words", "words"],
    ["an empty text is an empty text", "", ""],
    ["an object is that object", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ["a big integer is its digits", 12n, "12"],
    ["a big integer inside is its digits", { n: 2n ** 70n }, { n: "1180591620717411303424" }],
    ["a date is its text", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["what JSON leaves out is left out", { a: undefined, f: () => 1, n: Number.NaN }, { n: null }],
    ["half a character is a whole one", "a\uD800", "a\uFFFD"],
  ])("%s", async (_title, value, output) => {
    const { result } = await resultOf(toolThat(() => value));
    expect(result).toEqual({ status: "ok", output });
  });

  test.each<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["something that holds itself", circular],
    ["something that throws when it is written", { toJSON: fail(new Error("no")) }],
    ["something that is nested without an end", deep],
    ["something that is nested a little too deep", JSON.parse("[".repeat(201) + "]".repeat(201))],
  ])("is an error in words where it is %s", async (_title, value) => {
    const { result, colony } = await resultOf(toolThat(() => value));
    expect(result).toMatchObject({
      status: "error",
      output: containing("what it returned cannot be shown"),
    });
    expect(colony.report().status).toBe("success");
  });

  test("is recorded as it was, whatever the tool does to it afterwards", async () => {
    const value = { list: [1] };
    const { result } = await resultOf(toolThat(() => value));
    value.list.push(2);
    expect(result?.output).toEqual({ list: [1] });
  });

  test("is stored whole where it is long, and the model is shown its beginning", async () => {
    const long = { text: "x".repeat(40_000) };
    const { result, said, colony } = await resultOf(toolThat(() => long));
    expect(result?.blob?.sizeBytes).toBe(40_011);
    expect(await colony.blobs.get(result?.blob?.sha256 ?? "")).toBe(JSON.stringify(long));
    expect(said.length).toBeLessThan(5_300);
    expect(said).toContain("This is the beginning of 40011 characters; the rest was left out.");
  });

  test("is shown by its beginning also where the whole of it cannot be stored", async () => {
    const model = createScriptedModel([
      { toolCalls: [{ id: "c", name: "it", input: {} }] },
      { text: "Done." },
    ]);
    const blobs = { ...createMemoryBlobStore(), put: fail(new Error("disk full")) };
    const definition = defineWorker({ model, tools: [toolThat(() => "y".repeat(30_001))] });
    await using colony = await TestColony.open({ definition, blobs });
    expect((await colony.finish()).status).toBe("success");
    const result = colony.of("TOOL_CALL_COMPLETED")[0]?.data.result;
    expect(result).not.toHaveProperty("blob");
    expect(result?.output).toContain("of 30001 characters; the rest could not be stored and is lost.");
    expect(colony.logged).toMatchObject([{ level: "error", data: { reason: "disk full" } }]);
  });
});

describe("a long output that a full disk does not take", () => {
  /** A worker whose tool has run, and whose output is refused until there is room. */
  const full = async () => {
    const kept = createMemoryBlobStore();
    const disk = { isFull: true };
    const put = async (body: string) => {
      if (disk.isFull) throw new ColonyError("log.write_failed", "the disk is full");
      return await kept.put(body);
    };
    const model = createScriptedModel([
      { toolCalls: [{ id: "c", name: "it", input: {} }] },
      { text: "Done." },
    ]);
    const definition = defineWorker({ model, tools: [toolThat(() => "y".repeat(30_001))] });
    const colony = await TestColony.open({ definition, blobs: { ...kept, put } });
    return { colony, disk };
  };

  test("is waited for: it is stored whole once there is room, and the tool runs once", async () => {
    const { colony: opened, disk } = await full();
    await using colony = opened;
    const finished = colony.finish();
    for (let seconds = 0; seconds < 60; seconds += 1) await colony.clock.advance(1_000);
    expect(colony.of("TOOL_CALL_COMPLETED")).toEqual([]);
    disk.isFull = false;
    await colony.clock.advance(1_000);
    expect((await finished).status).toBe("success");
    const [completed, ...more] = colony.of("TOOL_CALL_COMPLETED");
    expect(more).toEqual([]);
    expect(await colony.blobs.get(completed?.data.result.blob?.sha256 ?? "")).toBe("y".repeat(30_001));
    expect(colony.of("TOOL_CALL_STARTED")).toHaveLength(1);
    expect(colony.logged).toMatchObject([{ level: "error", data: { reason: "the disk is full" } }]);
  });

  test("holds up no cancel", async () => {
    const { colony: opened } = await full();
    await using colony = opened;
    const finished = colony.finish();
    await colony.clock.advance(1_500);
    await colony.execute({ type: "execution.cancel", cause: "user", by: "user", reason: null });
    expect((await finished).status).toBe("cancelled");
    await colony.clock.advance(5_000);
    expect(colony.clock.pending()).toBe(0);
  });
});

describe("what a tool throws", () => {
  test.each<[string, () => unknown, string]>([
    ["an error", fail(new Error("no such file")), "no such file"],
    ["an error without words", fail(new RangeError()), "RangeError"],
    ["a text", fail("just words"), "just words"],
    ["nothing", fail(undefined), "undefined"],
    ["an object", fail({ code: 7 }), '{"code":7}'],
    ["an empty text", fail(""), '"it" failed without a word.'],
    ["what throws at every look", fail(hostile), "something was thrown that cannot be read"],
    ["something later", async () => await Promise.reject(new Error("later")), "later"],
  ])("is told to the model: %s", async (_title, run, words) => {
    const { result, said, colony } = await resultOf(toolThat(run));
    expect(result).toEqual({ status: "error", output: words });
    expect(said).toBe(`tool: result it ${words}`);
    expect(colony.report().status).toBe("success");
  });

  test.each<[ToolEffect, ToolResult["status"]]>([
    ["once", "unknown"],
    ["pure", "error"],
  ])("says of a %s one that it cannot tell what has come of it: %s", async (effect, status) => {
    const lost = new ColonyError("tool.outcome_unknown", "the line is dead");
    const { result } = await resultOf(toolThat(fail(lost), effect));
    expect(result).toEqual({ status, output: "the line is dead" });
  });

  test("of a once one is an error like any other where it throws at every look", async () => {
    const { result } = await resultOf(toolThat(fail(hostile), "once"));
    expect(result).toEqual({ status: "error", output: "something was thrown that cannot be read" });
  });

  test("is stored whole where it is long", async () => {
    const { result } = await resultOf(toolThat(fail(new Error("e".repeat(50_000)))));
    expect(result).toMatchObject({ status: "error", blob: { sizeBytes: 50_000 } });
  });
});

describe("a tool that takes too long", () => {
  test.each<[string, ToolEffect, number | undefined, ToolResult["status"]]>([
    ["after the default of 60 s", "pure", undefined, "error"],
    ["after its own time", "idempotent", 5_000, "error"],
    ["and of a once one nobody knows whether it took effect,", "once", 5_000, "unknown"],
  ])("is stopped %s", async (...[_title, effect, timeoutMs, status]) => {
    const slow = gatedTool(effect, { name: "slow", ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    const model = createScriptedModel([
      { toolCalls: [{ id: "c", name: "slow", input: { text: "a" } }] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [slow.tool] }) });
    await colony.spawn();
    const timersAtRest = colony.clock.pending();
    const working = colony.work();
    await colony.clock.advance((timeoutMs ?? 60_000) - 1);
    expect(slow.signals[0]?.aborted).toBe(false);
    await colony.clock.advance(1);
    await working;
    expect(slow.signals[0]?.aborted).toBe(true);
    expect(colony.clock.pending()).toBe(timersAtRest);
    expect(colony.of("TOOL_CALL_COMPLETED")[0]?.data).toMatchObject({
      durationMs: timeoutMs ?? 60_000,
      result: {
        status,
        output: containing(`did not finish within ${(timeoutMs ?? 60_000) / 1_000} s`),
      },
    });
  });

  test("and does not stop is abandoned after its grace, and what it says later is ignored", async () => {
    const gate = createGate();
    const deaf = defineTool({
      name: "deaf",
      description: "Hears nothing.",
      input: z.object({}),
      effect: "pure",
      timeoutMs: 1_000,
      async run(_input, { progress }) {
        await gate.opened;
        progress("late");
        return "late";
      },
    });
    const model = createScriptedModel([
      { toolCalls: [{ id: "c", name: "deaf", input: {} }] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [deaf] }) });
    colony.listen();
    await colony.spawn();
    const working = colony.work();
    await colony.clock.advance(2_999);
    expect(colony.of("TOOL_CALL_COMPLETED")).toEqual([]);
    await colony.clock.advance(1);
    await working;
    gate.open();
    await colony.settled();
    expect(colony.of("TOOL_CALL_COMPLETED")).toHaveLength(1);
    expect(colony.pulses.filter(({ type }) => type === "tool_progress")).toEqual([]);
    expect(colony.report().status).toBe("success");
  });
});

test("a tool is given who calls it, a key for the outside world and a log, and its signal stays quiet after a good end", async () => {
  const seen: unknown[] = [];
  const signals: AbortSignal[] = [];
  const curious = defineTool({
    name: "curious",
    description: "Looks around.",
    input: z.object({}),
    effect: "pure",
    run(_input, { agent, callId, callKey, signal, log }) {
      log.info({}, "looked around");
      signals.push(signal);
      seen.push(agent, callId, callKey);
    },
  });
  const { colony } = await resultOf(curious);
  expect(seen).toEqual([
    { id: "w-1", executionId: "w-1.1", correlationId: undefined, depth: 1 },
    "c",
    "memory/w-1/c",
  ]);
  expect(signals[0]?.aborted).toBe(false);
  expect(colony.logged).toEqual([
    { level: "info", data: { agentId: "w-1", tool: "curious" }, message: "looked around" },
  ]);
});
