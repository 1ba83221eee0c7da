import { defineTool } from "@colony/core";
import { createGate, createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { createFailingLog } from "../testing/failing-log.ts";
import { TestColony, WORKER, type TestColonyOptions } from "../testing/test-colony.ts";
import { echo, gatedTool } from "../testing/test-tools.ts";

const overloaded = Object.assign(new Error("overloaded"), { statusCode: 529 });
const rejected = Object.assign(new Error("no such model"), { statusCode: 404 });

describe("a cancel", () => {
  test.each(["aware", "deaf"] as const)(
    "ends an execution that waits for a model that is %s",
    async (abort) => {
      const model = createScriptedModel([{ text: "So far", during: createGate().opened, abort }]);
      await using colony = await TestColony.open({ definition: defineWorker({ model }) });
      await colony.spawn();
      const running = colony.run();
      await colony.settled();
      await colony.cancel("not needed");
      await running;
      expect(colony.report()).toMatchObject({
        status: "cancelled",
        cause: "user",
        error: { message: "not needed" },
      });
      expect(model.requests[0]?.abortSignal?.aborted).toBe(true);
      expect(colony.clock.pending()).toBe(0);
    },
  );

  test("ends an execution that is in a tool at once, whatever the tool does", async () => {
    const deaf = gatedTool("once", { deaf: true });
    const model = createScriptedModel([{ toolCalls: [{ id: "a", name: "once", input: { text: "a" } }] }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [deaf.tool] }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    await colony.cancel();
    await running;
    expect(colony.report().status).toBe("cancelled");
    expect(deaf.signals[0]?.aborted).toBe(true);
    expect(colony.of("TOOL_OUTCOME_UNKNOWN").map(({ data }) => data.callId)).toEqual(["a"]);
  });

  test("ends an execution that waits to try its model again, and no further call is made", async () => {
    const model = createScriptedModel(() => ({ throws: overloaded }));
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    expect(colony.of("MODEL_RETRY_SCHEDULED")).toHaveLength(1);
    await colony.cancel();
    await running;
    await colony.clock.advance(600_000);
    expect(colony.report().status).toBe("cancelled");
    expect(model.requests).toHaveLength(1);
  });

  test("ends an execution that has not begun, and it never does", async () => {
    const model = createScriptedModel([]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    await colony.cancel();
    await colony.run();
    expect(colony.report().status).toBe("cancelled");
    expect(model.requests).toEqual([]);
  });

  test("that came while no process lived ends the execution when it is taken up again", async () => {
    const model = createScriptedModel([{ text: "So far", during: createGate().opened }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }), shutdownGraceMs: 0 });
    await colony.spawn();
    const stop = new AbortController();
    const running = colony.run(WORKER, stop.signal);
    await colony.settled();
    stop.abort("shutdown");
    await colony.clock.advance(0);
    await running;
    await colony.cancel();
    await colony.run();
    expect(colony.report().status).toBe("cancelled");
    expect(model.requests).toHaveLength(1);
  });
});

describe("a failure", () => {
  test("of the model that will not pass ends the execution at once", async () => {
    const model = createScriptedModel([{ throws: rejected }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    const report = await colony.finish();
    expect(report).toMatchObject({
      status: "failed",
      cause: "error",
      error: {
        code: "model.rejected",
        message: "scripted/test answered 404: no such model. Check the model's name and the address.",
      },
    });
    expect(report.summary).toBe(
      "The worker failed: scripted/test answered 404: no such model. Check the model's name and the address.",
    );
  });

  test("of the model that does not pass ends the execution after its tries", async () => {
    const model = createScriptedModel(() => ({ throws: overloaded }));
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const running = colony.run();
    await colony.clock.advance(60_000);
    await running;
    expect(model.requests).toHaveLength(5);
    expect(colony.of("MODEL_RETRY_SCHEDULED").map(({ data }) => data.failures)).toEqual([1, 2, 3, 4]);
    expect(colony.report()).toMatchObject({ status: "failed", error: { code: "model.overloaded" } });
  });

  test("to answer with anything is tried again and then ends the execution as empty", async () => {
    const model = createScriptedModel(() => ({ text: "  " }));
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const running = colony.run();
    await colony.clock.advance(60_000);
    await running;
    expect(colony.report()).toMatchObject({
      status: "failed",
      cause: "empty_response",
      usage: { modelCalls: 5 },
    });
  });
});

describe("a fault of ours", () => {
  const bug = (): never => {
    throw new Error("a bug");
  };
  const answering = () =>
    createScriptedModel(() => ({ toolCalls: [{ name: "echo", input: { text: "a" } }] }));
  const faults: Record<string, () => Partial<TestColonyOptions>> = {
    "in looking up the definition": () => ({ definitionOf: bug }),
    "in making tools": () => ({ toolsFor: bug }),
    "in pricing": () => ({ priceOf: bug }),
    "in a hook's registration": () => ({ definition: defineWorker({ model: answering(), hooks: bug }) }),
    "in telling a tool to a model": () => ({
      toolsFor: () => [Object.defineProperty({ ...echo, name: "odd" }, "description", { get: bug })],
    }),
  };

  test.each(Object.entries(faults))("%s ends the execution as crashed, once", async (_where, fault) => {
    const options = { definition: defineWorker({ model: answering(), tools: [echo] }), ...fault() };
    await using colony = await TestColony.open(options);
    const report = await colony.finish();
    expect(report).toMatchObject({ status: "failed", cause: "crash", error: { code: "execution.failed" } });
    expect(report.error?.message).toContain("a bug");
    expect(colony.of("EXECUTION_FAILED")).toHaveLength(1);
    expect(colony.logged.filter(({ level }) => level === "error")).toMatchObject([
      { message: "execution crashed" },
    ]);
    expect(colony.clock.pending()).toBe(0);
  });

  test("does not come again and again for an input that sets it off", async () => {
    const definition = defineWorker({ model: answering(), lifetime: "persistent" });
    await using colony = await TestColony.open({ definition, definitionOf: bug });
    await colony.spawn({ task: null });
    await colony.inject("one");
    await colony.inject("two");
    await colony.work();
    expect(colony.of("EXECUTION_FAILED")).toHaveLength(2);
    expect(colony.of("INPUT_DELIVERED")).toHaveLength(2);
    expect(colony.ledger.peek(WORKER)?.inbox).toEqual([]);
  });
});

describe("a log that cannot be written", () => {
  test("is tried again until it can, and nothing is done twice", async () => {
    const model = createScriptedModel([
      { toolCalls: [{ name: "echo", input: { text: "a" } }] },
      { text: "Done." },
    ]);
    let runs = 0;
    const counted = defineTool({ ...definitionOfEcho, run: () => void (runs += 1) });
    const log = createFailingLog();
    await using colony = await TestColony.open({
      log,
      definition: defineWorker({ model, tools: [counted] }),
    });
    colony.log.onAppended(() => log.failNext(log.failures() < 6 ? 2 : 0));
    await colony.spawn();
    const running = colony.run();
    await colony.clock.advance(30_000);
    await running;
    expect(log.failures()).toBe(6);
    expect(runs).toBe(1);
    expect(colony.report().status).toBe("success");
  });

  test("does not keep a process that is to stop", async () => {
    const model = createScriptedModel([{ text: "Done." }]);
    const log = createFailingLog();
    await using colony = await TestColony.open({ log, definition: defineWorker({ model }) });
    await colony.spawn();
    log.failNext(1_000);
    const stop = new AbortController();
    const running = colony.run(WORKER, stop.signal);
    await colony.clock.advance(60_000);
    stop.abort("shutdown");
    await running;
    expect(colony.types()).toEqual(["AGENT_SPAWNED", "EXECUTION_QUEUED"]);
  });
});

describe("called off while the log does not take it", () => {
  test.each(["aware", "deaf"] as const)(
    "a model that is %s is aborted at once, and nothing is recorded or begun before the cancel is",
    async (abort) => {
      const model = createScriptedModel(() => ({ text: "So far", during: createGate().opened, abort }));
      const log = createFailingLog();
      await using colony = await TestColony.open({ log, definition: defineWorker({ model }) });
      await colony.spawn();
      const running = colony.run();
      await colony.settled();
      const head = log.head();
      const settled = colony.loop.callOff(WORKER);
      await colony.clock.advance(5_000);
      expect(model.requests.map(({ abortSignal }) => abortSignal?.aborted)).toEqual([true]);
      expect(log.head()).toBe(head);
      await colony.cancel("not needed");
      settled();
      await running;
      expect(colony.types().slice(-5)).toEqual([
        "CANCEL_REQUESTED",
        "MODEL_CALL_FAILED",
        "EXECUTION_CANCELLED",
        "SUBAGENT_REPORT",
        "AGENT_CLOSED",
      ]);
      expect(model.requests).toHaveLength(1);
      expect(colony.clock.pending()).toBe(0);
    },
  );

  test("what is recorded as begun just then does not begin", async () => {
    const model = createScriptedModel([{ text: "Done." }]);
    const log = createFailingLog();
    await using colony = await TestColony.open({ log, definition: defineWorker({ model }) });
    await colony.spawn();
    const stored = createGate();
    log.holdNext(stored.opened);
    const running = colony.run();
    const settled = colony.loop.callOff(WORKER);
    stored.open();
    await colony.settled();
    expect(colony.of("MODEL_CALL_STARTED")).toHaveLength(1);
    await colony.cancel();
    settled();
    await running;
    expect(colony.report().status).toBe("cancelled");
    expect(model.requests).toEqual([]);
  });

  test("a process that is to stop does not wait for it", async () => {
    const model = createScriptedModel(() => ({ text: "So far", during: createGate().opened }));
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const stop = new AbortController();
    const running = colony.run(WORKER, stop.signal);
    await colony.settled();
    colony.loop.callOff(WORKER);
    await colony.settled();
    stop.abort("shutdown");
    await running;
    expect(colony.types().at(-1)).toBe("MODEL_CALL_STARTED");
    expect(colony.clock.pending()).toBe(0);
  });
});

const definitionOfEcho = {
  name: "echo",
  description: "Says it again.",
  input: z.object({ text: z.string() }),
  effect: "once",
} as const;
