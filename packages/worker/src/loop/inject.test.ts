import { createGate, createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { containing } from "../testing/matching.ts";
import { saidIn, TestColony, WORKER } from "../testing/test-colony.ts";
import { echo, gatedTool } from "../testing/test-tools.ts";

const call = (name: string, text: string) => ({ id: text, name, input: { text } });

describe("an input for an ephemeral worker", () => {
  test("that is at work reaches its model at the next call", async () => {
    const pure = gatedTool("pure");
    const model = createScriptedModel([{ toolCalls: [call("pure", "a")] }, { text: "Done." }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [pure.tool] }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.inject("Look at b too.", { mode: "steer" });
    await colony.inject("And at c.");
    pure.gate("a").open();
    await running;
    expect(saidIn(model.requests[1]).slice(3)).toEqual([
      "tool: result pure a done",
      "user: Look at b too.",
      "user: And at c.",
    ]);
  });

  test("that comes between its last words and its end is not lost", async () => {
    const gate = createGate();
    const model = createScriptedModel([{ text: "Done.", during: gate.opened }, { text: "Also done." }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.inject("One more thing.");
    gate.open();
    await running;
    expect(saidIn(model.requests[1]).slice(1)).toEqual([
      "user: Do it.",
      "assistant: Done.",
      "user: One more thing.",
    ]);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Also done." });
  });

  test("that comes while it is queued is there from the first call, in its order", async () => {
    const model = createScriptedModel([{ text: "Done." }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    for (const text of ["one", "two", "three"]) await colony.inject(text);
    await colony.run();
    expect(saidIn(model.requests[0]).slice(1)).toEqual([
      "user: Do it.",
      "user: one",
      "user: two",
      "user: three",
    ]);
  });

  test("that interrupts calls its model off and is asked of it first, and what it had said is kept for people", async () => {
    const model = createScriptedModel([
      { text: "Going the wrong", during: createGate().opened },
      { text: "Right." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.inject("Later.");
    await colony.inject("Not that way!", { mode: "interrupt" });
    await running;
    expect(saidIn(model.requests[1]).slice(1)).toEqual([
      "user: Do it.",
      "user: Not that way!",
      "user: Later.",
    ]);
    expect(colony.of("MODEL_CALL_FAILED").map(({ data }) => data)).toMatchObject([
      {
        lost: true,
        supersededText: "Going the wrong",
        error: { message: containing("called off") },
      },
    ]);
    expect(colony.report().status).toBe("success");
  });

  test("that interrupts just as a call begins does not hold the process up", async () => {
    const model = createScriptedModel([
      { text: "Never said", before: createGate().opened },
      { text: "Right." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const stop = colony.log.onAppended((events) => {
      if (!events.some(({ type }) => type === "MODEL_CALL_STARTED")) return;
      stop();
      void colony.inject("Stop!", { mode: "interrupt" });
    });
    const running = colony.run();
    await colony.settled();
    await running;
    expect(saidIn(model.requests[1]).at(-1)).toBe("user: Stop!");
  });

  test("that interrupts calls tools off, keeps the others from beginning, and waits a bounded time for a deaf one", async () => {
    const deaf = gatedTool("once", { deaf: true });
    const model = createScriptedModel([
      { toolCalls: [call("once", "a"), call("once", "b"), call("echo", "c")] },
      { text: "Right." },
    ]);
    await using colony = await TestColony.open({
      definition: defineWorker({ model, tools: [deaf.tool, echo] }),
    });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.inject("Stop!", { mode: "interrupt" });
    await colony.clock.advance(2_000);
    await running;
    expect(deaf.begun).toEqual(["a"]);
    const [results, input] = saidIn(model.requests[1]).slice(3);
    expect(results).toContain("Outcome unknown");
    expect(results).toContain('The call of "once" was not made');
    expect(results).toContain('The call of "echo" was not made');
    expect(input).toBe("user: Stop!");
  });

  test("can still be cancelled while an interrupt waits for a deaf tool", async () => {
    const deaf = gatedTool("once", { deaf: true });
    const model = createScriptedModel([{ toolCalls: [call("once", "a")] }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [deaf.tool] }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.inject("Stop!", { mode: "interrupt" });
    await colony.cancel();
    await running;
    expect(colony.report().status).toBe("cancelled");
    expect(colony.of("INPUT_DISCARDED")).toHaveLength(1);
  });
});

describe("an input for a persistent worker", () => {
  const persistent = (model: ReturnType<typeof createScriptedModel>, tools = [echo]) =>
    defineWorker({ model, tools, lifetime: "persistent" });

  test("that is queued comes after the execution, in one of its own, each one in its turn", async () => {
    const gate = createGate();
    const model = createScriptedModel([
      { text: "First.", during: gate.opened },
      { text: "Second." },
      { text: "Third." },
    ]);
    await using colony = await TestColony.open({ definition: persistent(model) });
    await colony.spawn();
    const working = colony.work();
    await colony.settled();
    await colony.inject("two");
    await colony.inject("three");
    gate.open();
    await working;
    expect(model.requests.map((request) => saidIn(request).at(-1))).toEqual([
      "user: Do it.",
      "user: two",
      "user: three",
    ]);
    expect(saidIn(model.requests[2])).toHaveLength(6);
    expect(colony.of("SUBAGENT_REPORT").map(({ data }) => data.summary)).toEqual([
      "First.",
      "Second.",
      "Third.",
    ]);
    expect(colony.ledger.peek(WORKER)?.record.status).toBe("open");
  });

  test("that comes while it is queued waits for its turn, behind the task", async () => {
    const model = createScriptedModel([{ text: "First." }, { text: "Second." }, { text: "Third." }]);
    await using colony = await TestColony.open({ definition: persistent(model) });
    await colony.spawn();
    await colony.inject("two");
    await colony.inject("three");
    await colony.work();
    expect(model.requests.map((request) => saidIn(request).at(-1))).toEqual([
      "user: Do it.",
      "user: two",
      "user: three",
    ]);
  });

  test("that steers between its last words and its end is not lost", async () => {
    const gate = createGate();
    const model = createScriptedModel([{ text: "Done.", during: gate.opened }, { text: "Also done." }]);
    await using colony = await TestColony.open({ definition: persistent(model) });
    await colony.spawn();
    const working = colony.work();
    await colony.settled();
    await colony.inject("One more thing.", { mode: "steer" });
    gate.open();
    await working;
    expect(saidIn(model.requests[1]).slice(-2)).toEqual(["assistant: Done.", "user: One more thing."]);
    expect(colony.of("EXECUTION_COMPLETED")).toHaveLength(1);
  });

  test("that steers reaches the model at the next call of the same execution", async () => {
    const pure = gatedTool("pure");
    const model = createScriptedModel([{ toolCalls: [call("pure", "a")] }, { text: "Done." }]);
    await using colony = await TestColony.open({ definition: persistent(model, [pure.tool]) });
    await colony.spawn();
    const working = colony.work();
    await colony.settled();
    await colony.inject("Turn left.", { mode: "steer" });
    pure.gate("a").open();
    await working;
    expect(saidIn(model.requests[1]).at(-1)).toBe("user: Turn left.");
    expect(colony.of("EXECUTION_COMPLETED")).toHaveLength(1);
  });

  test("that interrupts ends the execution as superseded and comes first in the next", async () => {
    const model = createScriptedModel([
      { text: "Going", during: createGate().opened },
      { text: "Right." },
      { text: "Ok." },
    ]);
    await using colony = await TestColony.open({ definition: persistent(model) });
    await colony.spawn();
    const working = colony.work();
    await colony.settled();
    await colony.inject("Later.");
    await colony.inject("Now!", { mode: "interrupt" });
    await working;
    expect(colony.of("EXECUTION_CANCELLED")).toMatchObject([{ data: { cause: "superseded" } }]);
    expect(model.requests.map((request) => saidIn(request).at(-1))).toEqual([
      "user: Do it.",
      "user: Now!",
      "user: Later.",
    ]);
  });

  test("that interrupts is not held up by a deaf tool, nor by a model that is to be tried again later", async () => {
    const deaf = gatedTool("once", { deaf: true });
    const overloaded = Object.assign(new Error("overloaded"), { statusCode: 529 });
    const model = createScriptedModel([
      { toolCalls: [call("once", "a")] },
      { throws: overloaded },
      { text: "Right." },
    ]);
    await using colony = await TestColony.open({ definition: persistent(model, [deaf.tool]) });
    await colony.spawn();
    const working = colony.work();
    await colony.settled();
    await colony.inject("Now!", { mode: "interrupt" });
    await colony.settled();
    expect(colony.of("MODEL_RETRY_SCHEDULED")).toHaveLength(1);
    await colony.inject("No, now!", { mode: "interrupt" });
    await working;
    expect(saidIn(model.requests[2]).at(-1)).toBe("user: No, now!");
    expect(colony.of("EXECUTION_CANCELLED")).toHaveLength(2);
    expect(colony.clock.now()).toBe(1_000_000);
  });
});
