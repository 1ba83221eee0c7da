import { createGate, createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { saidIn, TestColony } from "../testing/test-colony.ts";
import { echo, gatedTool } from "../testing/test-tools.ts";

const reporting = (input: object, id = "r"): NonNullable<ScriptedTurn["toolCalls"]>[number] => ({
  id,
  name: "report_to_parent",
  input,
});
const echoing = (text: string): ScriptedTurn => ({
  toolCalls: [{ id: text, name: "echo", input: { text } }],
});
const offered = (
  request: { readonly tools?: readonly { readonly name: string }[] | undefined } | undefined,
): readonly string[] => (request?.tools ?? []).map(({ name }) => name);

describe("an explicit report", () => {
  test("ends the execution, and its own result is recorded", async () => {
    const model = createScriptedModel([
      {
        toolCalls: [
          reporting({ status: "partial", summary: "Half.", data: { n: 1 }, artifacts: [{ path: "a" }] }),
        ],
      },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    const report = await colony.finish();
    expect(report).toMatchObject({
      status: "partial",
      explicit: true,
      summary: "Half.",
      data: { n: 1 },
      artifacts: [{ path: "a" }],
    });
    expect(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => data.result)).toEqual([
      { status: "ok", output: "recorded" },
    ]);
    expect(model.requests).toHaveLength(1);
  });

  test("lets the other calls of the same answer run, and the last one said wins", async () => {
    const model = createScriptedModel([
      {
        toolCalls: [
          reporting({ status: "failed", summary: "First." }, "r1"),
          { id: "e", name: "echo", input: { text: "still run" } },
          reporting({ status: "success", summary: "Last." }, "r2"),
        ],
      },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo] }) });
    const report = await colony.finish();
    expect(report).toMatchObject({ status: "success", summary: "Last.", data: {} });
    expect(
      new Set(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => `${data.callId} ${data.result.status}`)),
    ).toEqual(new Set(["e ok", "r1 ok", "r2 ok"]));
  });

  test("has to fit the schema that the definition demands, and the model is told how it does not", async () => {
    const model = createScriptedModel([
      {
        toolCalls: [reporting({ status: "success", summary: "Done.", data: { facts: { no: true } } }, "r1")],
      },
      { toolCalls: [reporting({ status: "success", summary: "Done.", data: '{"facts":["a"]}' }, "r2")] },
    ]);
    const definition = defineWorker({ model, report: z.object({ facts: z.array(z.string()) }) });
    await using colony = await TestColony.open({ definition });
    const report = await colony.finish();
    expect(saidIn(model.requests[1]).at(-1)).toMatch(
      /^tool: result report_to_parent .*does not fit: data: facts/,
    );
    expect(report).toMatchObject({ status: "success", explicit: true, data: { facts: ["a"] } });
  });

  test("may hold data whose schema is checked with time, and is recorded as JSON", async () => {
    const model = createScriptedModel([
      { toolCalls: [reporting({ status: "success", summary: "Done.", data: { n: 5 } })] },
    ]);
    const report = z.object({ n: z.number() }).refine(async ({ n }) => await Promise.resolve(n > 1));
    await using colony = await TestColony.open({ definition: defineWorker({ model, report }) });
    expect(await colony.finish()).toMatchObject({ explicit: true, data: { n: 5 } });
  });

  test("that a definition demands and that never comes makes the outcome partial", async () => {
    const model = createScriptedModel([{ text: "Here is some prose." }]);
    const definition = defineWorker({ model, report: z.object({ n: z.number() }) });
    await using colony = await TestColony.open({ definition });
    expect(await colony.finish()).toMatchObject({ status: "partial", explicit: false });
  });

  test("keeps its words although the execution is cancelled after it, and is no success any more", async () => {
    const pure = gatedTool("pure");
    const model = createScriptedModel([
      {
        toolCalls: [
          reporting({ status: "success", summary: "Got it." }),
          { id: "a", name: "pure", input: { text: "a" } },
        ],
      },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [pure.tool] }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.cancel();
    await running;
    expect(colony.report()).toMatchObject({
      status: "cancelled",
      explicit: true,
      summary: "Got it.",
      cause: "user",
    });
    expect(colony.of("EXECUTION_CANCELLED")).toHaveLength(1);
  });
});

describe("a limit", () => {
  test("of model calls asks to wrap up and offers the report only", async () => {
    const model = createScriptedModel([
      echoing("a"),
      echoing("b"),
      { toolCalls: [reporting({ status: "partial", summary: "As far as I got." })] },
    ]);
    const definition = defineWorker({ model, tools: [echo], limits: { iterations: 2 } });
    await using colony = await TestColony.open({ definition });
    const report = await colony.finish();
    expect(offered(model.requests[1])).toEqual(["echo", "report_to_parent"]);
    expect(saidIn(model.requests[2]).at(-1)).toMatch(/^user: Wrap up and report now/);
    expect(offered(model.requests[2])).toEqual(["report_to_parent"]);
    expect(report).toMatchObject({ status: "partial", explicit: true });
  });

  test("of model calls ends the execution as out of budget where nothing is reported, and runs nothing more", async () => {
    const model = createScriptedModel((_request, index) => echoing(`call ${index}`));
    const definition = defineWorker({ model, tools: [echo], limits: { iterations: 2 } });
    await using colony = await TestColony.open({ definition });
    const report = await colony.finish();
    expect(report).toMatchObject({ status: "partial", explicit: false, cause: "budget_exhausted" });
    expect(model.requests).toHaveLength(4);
    expect(colony.of("TOOL_CALL_STARTED")).toHaveLength(2);
    expect(saidIn(model.requests[3]).at(-1)).toContain(
      'The call of "echo" was not made: this execution is to wrap up',
    );
  });

  test("of tool calls holds inside one answer, and the report is no part of it", async () => {
    const model = createScriptedModel([
      { toolCalls: ["a", "b", "c"].map((text) => ({ id: text, name: "echo", input: { text } })) },
      { toolCalls: [reporting({ status: "success", summary: "Enough." })] },
    ]);
    const definition = defineWorker({ model, tools: [echo], limits: { toolCalls: 2 } });
    await using colony = await TestColony.open({ definition });
    const report = await colony.finish();
    expect(colony.of("TOOL_CALL_STARTED").map(({ data }) => data.callId)).toEqual(["a", "b", "r"]);
    const said = saidIn(model.requests[1]);
    expect(said.at(-2)).toContain("may make 2 tool calls, and they are used up");
    expect(said.at(-1)).toMatch(/^user: Wrap up and report now: this execution has used up its tool calls/);
    expect(report.status).toBe("success");
  });

  test("of time asks to wrap up before the next model call", async () => {
    const pure = gatedTool("pure");
    const model = createScriptedModel([
      { toolCalls: [{ id: "a", name: "pure", input: { text: "a" } }] },
      { text: "That is all there was time for." },
    ]);
    const definition = defineWorker({
      model,
      tools: [pure.tool],
      limits: { softWallMs: 10_000, hardWallMs: 60_000 },
    });
    await using colony = await TestColony.open({ definition });
    await colony.spawn();
    const running = colony.run();
    await colony.clock.advance(11_000);
    pure.gate("a").open();
    await running;
    expect(saidIn(model.requests[1]).at(-1)).toMatch(
      /^user: Wrap up and report now: this execution has used up its time/,
    );
    expect(offered(model.requests[1])).toEqual(["report_to_parent"]);
    expect(colony.report()).toMatchObject({ status: "partial", cause: "budget_exhausted" });
  });

  test.each(["aware", "deaf"] as const)(
    "of time ends the execution while a model hangs that is %s",
    async (abort) => {
      const model = createScriptedModel([{ text: "So far", during: createGate().opened, abort }]);
      const definition = defineWorker({ model, limits: { softWallMs: 10_000, hardWallMs: 20_000 } });
      await using colony = await TestColony.open({ definition });
      await colony.spawn();
      const running = colony.run();
      await colony.clock.advance(20_000);
      await running;
      expect(colony.report()).toMatchObject({ status: "timed_out", cause: "timeout", durationMs: 20_000 });
      expect(colony.clock.pending()).toBe(0);
    },
  );

  test("of time ends the execution while a tool hangs that does not heed its signal", async () => {
    const deaf = gatedTool("once", { deaf: true, timeoutMs: 600_000 });
    const model = createScriptedModel([{ toolCalls: [{ id: "a", name: "once", input: { text: "a" } }] }]);
    const definition = defineWorker({
      model,
      tools: [deaf.tool],
      limits: { softWallMs: 10_000, hardWallMs: 20_000 },
    });
    await using colony = await TestColony.open({ definition });
    await colony.spawn();
    const running = colony.run();
    await colony.clock.advance(20_000);
    await running;
    expect(colony.report()).toMatchObject({ status: "timed_out", durationMs: 20_000 });
    expect(colony.of("TOOL_OUTCOME_UNKNOWN")).toHaveLength(1);
    deaf.gate("a").open();
    await colony.settled();
    expect(colony.of("TOOL_CALL_COMPLETED")).toEqual([]);
  });
});

describe("an overseer past a limit", () => {
  test("is told of its tools and may call none", async () => {
    const model = createScriptedModel([echoing("a"), { text: "That is all." }]);
    const definition = defineWorker({ model, tools: [echo], limits: { iterations: 1 } });
    await using colony = await TestColony.open({ definition });
    const id = await colony.spawn({ id: "overseer", kind: "overseer" });
    await colony.inject("Hello", { to: id });
    await colony.work(id);
    expect(offered(model.requests[1])).toEqual(["echo"]);
    expect(model.requests[1]?.toolChoice).toEqual({ type: "none" });
  });
});
