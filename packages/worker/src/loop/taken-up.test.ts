import { createMemoryLog } from "@colony/eventbus";
import { createCrashingLog, createGate, createManualClock, createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { saidIn, TestColony, WORKER } from "../testing/test-colony.ts";
import { gatedTool } from "../testing/test-tools.ts";

describe("an execution that is taken up again", () => {
  test("asks its model afresh for an answer that was lost, which counts as no failure", async () => {
    const log = createMemoryLog();
    const dying = createCrashingLog(log);
    const hanging = createScriptedModel([{ text: "Half", during: createGate().opened }]);
    const first = await TestColony.open({ definition: defineWorker({ model: hanging }), log: dying });
    await first.spawn();
    void first.run();
    await first.settled();
    dying.crash({ at: "before", append: 1 });
    await Promise.race([first.cancel(), dying.crashed]);
    const fresh = createScriptedModel([{ text: "Whole." }]);
    await using second = await TestColony.open({ definition: defineWorker({ model: fresh }), log });
    await second.work();
    expect(saidIn(fresh.requests[0])).toEqual(saidIn(hanging.requests[0]));
    expect(second.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { lost: true } }]);
    expect(second.report()).toMatchObject({ status: "success", summary: "Whole." });
  });

  test("waits until the time at which its model was to be tried again, and no longer", async () => {
    const log = createMemoryLog();
    const clock = createManualClock({ now: 1_000_000 });
    const limited = Object.assign(new Error("slow down"), {
      statusCode: 429,
      responseHeaders: { "retry-after": "30" },
    });
    const stop = new AbortController();
    const first = await TestColony.open({
      definition: defineWorker({ model: createScriptedModel([{ throws: limited }]) }),
      log,
      manualClock: clock,
    });
    await first.spawn();
    const running = first.run(WORKER, stop.signal);
    await clock.advance(10_000);
    stop.abort("shutdown");
    await running;
    const waitMs = (first.of("MODEL_RETRY_SCHEDULED")[0]?.data.notBefore ?? Number.NaN) - 1_000_000;
    expect(waitMs).toBeGreaterThanOrEqual(30_000);
    expect(waitMs).toBeLessThan(38_000);
    await first[Symbol.asyncDispose]();
    const fresh = createScriptedModel([{ text: "Done." }]);
    await using second = await TestColony.open({
      definition: defineWorker({ model: fresh }),
      log,
      manualClock: clock,
    });
    const working = second.work();
    await clock.advance(waitMs - 10_001);
    expect(fresh.requests).toHaveLength(0);
    await clock.advance(1);
    await working;
    expect(second.report()).toMatchObject({ status: "success", durationMs: waitMs });
  });

  test("says that it leaves before it waits for what runs, so that a kill meanwhile is charged to nobody", async () => {
    const log = createMemoryLog();
    const gate = createGate();
    const stop = new AbortController();
    const asking = createScriptedModel([{ text: "Done.", before: gate.opened }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model: asking }), log });
    await colony.spawn();
    const running = colony.run(WORKER, stop.signal);
    await colony.settled();
    stop.abort("shutdown");
    await colony.settled();
    expect(log.events().at(-1)).toMatchObject({
      type: "EXECUTION_PAUSED",
      data: { reason: "shutdown", leaving: true },
    });
    gate.open();
    await running;
    expect(log.events().at(-1)).toMatchObject({ type: "EXECUTION_PAUSED", data: { reason: "shutdown" } });
    expect(colony.of("MODEL_CALL_COMPLETED")).toHaveLength(1);
  });

  test("was let go of in good order when its process was asked to stop, and nobody is charged with a crash", async () => {
    const log = createMemoryLog();
    const clock = createManualClock();
    const gate = createGate();
    const stop = new AbortController();
    const asking = createScriptedModel([{ text: "Old.", before: gate.opened }]);
    const first = await TestColony.open({
      definition: defineWorker({ model: asking }),
      log,
      manualClock: clock,
    });
    await first.spawn();
    const running = first.run(WORKER, stop.signal);
    await first.settled();
    stop.abort("shutdown");
    await clock.advance(60_000);
    await running;
    await first[Symbol.asyncDispose]();
    expect(log.events().map(({ type }) => type)).toContain("EXECUTION_PAUSED");
    const fresh = createScriptedModel([{ text: "Done." }]);
    await using second = await TestColony.open({
      definition: defineWorker({ model: fresh }),
      log,
      manualClock: clock,
    });
    await second.work();
    expect(second.report()).toMatchObject({ status: "success", summary: "Done." });
    gate.open();
  });

  test("is not written to any more by the run that had it before", async () => {
    const gate = createGate();
    const model = createScriptedModel([
      { text: "Old.", during: gate.opened, abort: "deaf" },
      { text: "New." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    await colony.spawn();
    const old = colony.run();
    await colony.settled();
    await colony.run();
    gate.open();
    await old;
    expect(colony.report().summary).toBe("New.");
    expect(colony.of("MODEL_CALL_COMPLETED")).toHaveLength(1);
  });

  test("lets what is under way finish within the grace when the process is asked to stop, and begins nothing", async () => {
    const pure = gatedTool("pure");
    const model = createScriptedModel([
      { toolCalls: [{ id: "a", name: "pure", input: { text: "a" } }] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [pure.tool] }) });
    await colony.spawn();
    const stop = new AbortController();
    const running = colony.run(WORKER, stop.signal);
    await colony.settled();
    stop.abort("shutdown");
    await colony.clock.advance(500);
    pure.gate("a").open();
    await running;
    expect(colony.of("TOOL_CALL_COMPLETED")).toHaveLength(1);
    expect(model.requests).toHaveLength(1);
    await colony.work();
    expect(pure.begun).toEqual(["a"]);
    expect(colony.report().status).toBe("success");
  });
});
