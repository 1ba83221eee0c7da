import { createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { containing } from "../testing/matching.ts";
import { saidIn, TestColony } from "../testing/test-colony.ts";
import { echo, gatedTool } from "../testing/test-tools.ts";

const call = (name: string, text: string, id = text) => ({ id, name, input: { text } });

describe("an execution", () => {
  test("ends with the model's answer in words", async () => {
    const model = createScriptedModel([{ text: "It is done." }]);
    await using colony = await TestColony.open({
      definition: defineWorker({ model, instructions: "Be brief." }),
    });
    const report = await colony.finish();
    expect(report).toMatchObject({
      status: "success",
      explicit: false,
      summary: "It is done.",
      cause: "finished",
    });
    expect(saidIn(model.requests[0])).toEqual(["system", "user: Do it."]);
    expect(model.requests[0]?.prompt[0]).toMatchObject({ content: containing("Be brief.") });
  });

  test("gives the model what its calls came to, in at most five commits with the spawn", async () => {
    const model = createScriptedModel([{ toolCalls: [call("echo", "hi")] }, { text: "Done." }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo] }) });
    let commits = 0;
    colony.log.onAppended(() => void (commits += 1));
    await colony.finish();
    expect(saidIn(model.requests[1]).slice(2)).toEqual([
      'assistant: call echo {"text":"hi"}',
      "tool: result echo echo hi",
    ]);
    expect(commits).toBe(5);
    expect(colony.types()).toEqual([
      "AGENT_SPAWNED",
      "EXECUTION_QUEUED",
      "AGENT_OPENED",
      "EXECUTION_STARTED",
      "MESSAGE_APPENDED",
      "MODEL_CALL_STARTED",
      "MODEL_CALL_COMPLETED",
      "MESSAGE_APPENDED",
      "TOOL_CALL_STARTED",
      "TOOL_CALL_COMPLETED",
      "MODEL_CALL_STARTED",
      "MODEL_CALL_COMPLETED",
      "MESSAGE_APPENDED",
      "EXECUTION_COMPLETED",
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
    ]);
  });

  test("adds up the usage of its model calls, with the price where it is known", async () => {
    const model = createScriptedModel([{ toolCalls: [call("echo", "hi")] }, { text: "Done." }]);
    await using colony = await TestColony.open({
      definition: defineWorker({ model, tools: [echo] }),
      priceOf: (name, { inputTokens }) => (name === "scripted/test" ? inputTokens / 100 : null),
    });
    const { usage, toolCalls } = await colony.finish();
    expect(usage).toMatchObject({ inputTokens: 20, outputTokens: 10, modelCalls: 2, costUsd: 0.2 });
    expect(toolCalls).toBe(1);
  });

  test("is taken up by nobody where its definition is not there, and waits", async () => {
    const definition = defineWorker({ model: createScriptedModel([{ text: "Done." }]) });
    await using colony = await TestColony.open({ definition, definitionOf: () => undefined });
    await colony.spawn();
    await colony.run();
    expect(colony.types()).toEqual(["AGENT_SPAWNED", "EXECUTION_QUEUED"]);
    expect(colony.logged).toMatchObject([{ level: "warn" }]);
  });
});

describe("tool calls of one answer", () => {
  test("run side by side up to the limit where they are pure or idempotent", async () => {
    const pure = gatedTool("pure");
    const idempotent = gatedTool("idempotent");
    const model = createScriptedModel([
      { toolCalls: [call("pure", "a"), call("idempotent", "b"), call("pure", "c"), call("pure", "d")] },
      { text: "Done." },
    ]);
    const definition = defineWorker({
      model,
      tools: [pure.tool, idempotent.tool],
      limits: { parallelTools: 2 },
    });
    await using colony = await TestColony.open({ definition });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    expect([...pure.running, ...idempotent.running]).toEqual(["a", "b"]);
    idempotent.gate("b").open();
    await colony.settled();
    expect([...pure.running]).toEqual(["a", "c"]);
    for (const text of ["a", "c", "d"]) pure.gate(text).open();
    await running;
    expect(pure.begun).toEqual(["a", "c", "d"]);
    expect(colony.report().status).toBe("success");
  });

  test("run alone and in order where they are once", async () => {
    const pure = gatedTool("pure");
    const once = gatedTool("once");
    const model = createScriptedModel([
      {
        toolCalls: [
          call("pure", "a"),
          call("once", "b"),
          call("once", "c"),
          call("pure", "d"),
          call("pure", "e"),
        ],
      },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({
      definition: defineWorker({ model, tools: [pure.tool, once.tool] }),
    });
    await colony.spawn();
    const running = colony.run();
    const now = async (): Promise<readonly string[]> => {
      await colony.settled();
      return [...pure.running, ...once.running];
    };
    expect(await now()).toEqual(["a"]);
    pure.gate("a").open();
    expect(await now()).toEqual(["b"]);
    once.gate("b").open();
    expect(await now()).toEqual(["c"]);
    once.gate("c").open();
    expect(await now()).toEqual(["d", "e"]);
    pure.gate("d").open();
    pure.gate("e").open();
    await running;
    expect(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => data.callId)).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
  });

  test("are recorded as they finish and stand in the prompt as they were asked for", async () => {
    const pure = gatedTool("pure");
    const model = createScriptedModel([
      { toolCalls: [call("pure", "a"), call("pure", "b")] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [pure.tool] }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    pure.gate("b").open();
    await colony.settled();
    expect(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => data.callId)).toEqual(["b"]);
    pure.gate("a").open();
    await running;
    expect(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => data.callId)).toEqual(["b", "a"]);
    expect(saidIn(model.requests[1]).at(-1)).toBe("tool: result pure a done | result pure b done");
  });

  test("are begun in one commit where they run side by side", async () => {
    const model = createScriptedModel([
      { toolCalls: [call("echo", "a"), call("echo", "b"), call("echo", "c")] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo] }) });
    const commits: (readonly string[])[] = [];
    colony.log.onAppended((events) => void commits.push(events.map(({ type }) => type)));
    await colony.finish();
    const begun = commits.filter((types) => types.includes("TOOL_CALL_STARTED"));
    expect(begun).toEqual([
      [
        "MODEL_CALL_COMPLETED",
        "MESSAGE_APPENDED",
        "TOOL_CALL_STARTED",
        "TOOL_CALL_STARTED",
        "TOOL_CALL_STARTED",
      ],
    ]);
  });

  test("keep their own ids where two answers use the same ones", async () => {
    const model = createScriptedModel([
      { toolCalls: [call("echo", "a", "call_0")] },
      { toolCalls: [call("echo", "b", "call_0")] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo] }) });
    await colony.finish();
    expect(saidIn(model.requests[2]).slice(2)).toEqual([
      'assistant: call echo {"text":"a"}',
      "tool: result echo echo a",
      'assistant: call echo {"text":"b"}',
      "tool: result echo echo b",
    ]);
  });
});

describe("what passes while it works", () => {
  test("streamed text, reasoning, tool input and progress are pulses and never events", async () => {
    const pure = gatedTool("pure");
    const { tool } = pure;
    const talking = {
      ...tool,
      run: async (input: unknown, context: Parameters<typeof tool.run>[1]) => {
        context.progress("half way", { part: 1 });
        return await tool.run(input, context);
      },
    };
    pure.gate("a").open();
    const model = createScriptedModel([
      { reasoning: "hm", toolCalls: [call("pure", "a")] },
      { text: ["Do", "ne."] },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [talking] }) });
    colony.listen();
    await colony.finish();
    expect(colony.pulses).toMatchObject([
      { type: "reasoning", delta: "hm", executionId: "w-1.1", callId: "w-1.1.m1" },
      { type: "tool_input", name: "pure", delta: '{"text":"a"}' },
      { type: "tool_progress", name: "pure", message: "half way", data: { part: 1 }, callId: "a" },
      { type: "text", delta: "Do", callId: "w-1.1.m2" },
      { type: "text", delta: "ne." },
    ]);
    expect(colony.types().filter((type) => /PROGRESS|DELTA|CHUNK/.test(type))).toEqual([]);
    expect(JSON.stringify(colony.events)).not.toContain("half way");
  });
});
