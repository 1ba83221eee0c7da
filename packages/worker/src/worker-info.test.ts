import type { AgentRecord } from "@colony/core";
import { createGate, createScriptedModel, type ScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { defineWorker } from "./definition.ts";
import { TestColony, WORKER } from "./testing/test-colony.ts";
import { echo } from "./testing/test-tools.ts";
import { workerInfoOf, workerResultOf } from "./worker-info.ts";

const recordIn = (colony: TestColony): AgentRecord => {
  const record = colony.ledger.index.get(WORKER);
  if (record === undefined) throw new Error("the worker is not there");
  return record;
};

const statusIn = (colony: TestColony): string => workerInfoOf(recordIn(colony)).status;

const opened = (
  model: ScriptedModel,
  lifetime: "ephemeral" | "persistent" = "ephemeral",
): Promise<TestColony> =>
  TestColony.open({
    definition: defineWorker({
      model,
      lifetime,
      tools: [echo],
      limits: { softWallMs: 5_000, hardWallMs: 9_000 },
    }),
  });

describe("an ephemeral worker", () => {
  test("is pending, running and completed, and says what it has used", async () => {
    const gate = createGate();
    const model = createScriptedModel([
      { toolCalls: [{ id: "a", name: "echo", input: { text: "a" } }] },
      { text: "Done.", during: gate.opened },
    ]);
    await using colony = await opened(model);
    await colony.spawn();
    expect(workerInfoOf(recordIn(colony))).toMatchObject({
      status: "pending",
      isActive: true,
      startedAt: null,
      durationSeconds: 0,
    });
    const running = colony.run();
    await colony.clock.advance(2_500);
    expect(workerInfoOf(recordIn(colony))).toMatchObject({
      status: "running",
      isActive: true,
      tokensUsed: 15,
      toolCallsUsed: 1,
      result: null,
    });
    gate.open();
    await running;
    expect(workerInfoOf(recordIn(colony))).toEqual({
      workerId: "w-1",
      colonyId: "memory",
      parentId: "overseer",
      definition: "tester",
      name: null,
      label: null,
      task: "Do it.",
      status: "completed",
      isActive: false,
      startedAt: 1_000_000,
      durationSeconds: 2.5,
      tokensUsed: 30,
      toolCallsUsed: 1,
      batch: null,
      result: { status: "success", summary: "Done.", explicit: false },
    });
    expect(workerResultOf(colony.report())).toEqual({
      status: "success",
      summary: "Done.",
      data: {},
      error: null,
      durationSeconds: 2.5,
      tokensUsed: 30,
      toolCallsUsed: 1,
      budgetLimited: false,
      explicit: false,
    });
  });

  test("that fails is failed", async () => {
    await using colony = await opened(
      createScriptedModel([{ throws: Object.assign(new Error("no"), { statusCode: 400 }) }]),
    );
    await colony.finish();
    expect(statusIn(colony)).toBe("failed");
    expect(workerResultOf(colony.report())).toMatchObject({
      status: "failed",
      error: "scripted/test answered 400: no. Change the request or the model.",
    });
  });

  test("that is cancelled is stopped", async () => {
    await using colony = await opened(createScriptedModel([]));
    await colony.spawn();
    await colony.cancel();
    expect(statusIn(colony)).toBe("stopped");
    expect(workerResultOf(colony.report()).status).toBe("stopped");
  });

  test("that runs out of time is stopped, and its result is a timeout", async () => {
    await using colony = await opened(createScriptedModel([{ before: createGate().opened }]));
    await colony.spawn();
    const running = colony.run();
    await colony.clock.advance(9_000);
    await running;
    expect(statusIn(colony)).toBe("stopped");
    expect(workerResultOf(colony.report()).status).toBe("timeout");
  });

  test("that runs into a limit says so in its result", async () => {
    const model = createScriptedModel(() => ({ toolCalls: [{ name: "nothing", input: {} }] }));
    await using colony = await opened(model);
    const report = await colony.finish({
      limits: { iterations: 1, toolCalls: 9, softWallMs: 9, hardWallMs: 9, parallelTools: 1 },
    });
    expect(workerResultOf(report)).toMatchObject({ status: "partial", budgetLimited: true });
  });

  test("of a batch has its place counted from 1", async () => {
    await using colony = await opened(createScriptedModel([]));
    await colony.spawn();
    const record = recordIn(colony);
    const batch = { id: "b" as NonNullable<AgentRecord["batch"]>["id"], index: 0, size: 3 };
    expect(workerInfoOf({ ...record, batch }).batch).toEqual({ id: "b", index: 1, size: 3 });
  });

  test("that a host lost is failed", async () => {
    await using colony = await opened(createScriptedModel([]));
    await colony.spawn();
    await colony.execute({ type: "execution.start", host: "gone" });
    await colony.execute({ type: "execution.end", end: "lost", cause: "host_lost", error: null });
    expect(statusIn(colony)).toBe("failed");
    expect(workerResultOf(colony.report()).status).toBe("failed");
  });
});

describe("a persistent worker", () => {
  test("is running for as long as it is open, and stopped when it is closed", async () => {
    await using colony = await opened(
      createScriptedModel([{ text: "One." }, { text: "Two." }]),
      "persistent",
    );
    await colony.spawn();
    expect(statusIn(colony)).toBe("pending");
    await colony.work();
    expect(workerInfoOf(recordIn(colony))).toMatchObject({
      status: "running",
      isActive: true,
      tokensUsed: 15,
    });
    await colony.inject("More.");
    await colony.execute({ type: "execution.queue", correlationId: null });
    expect(statusIn(colony)).toBe("running");
    await colony.work();
    expect(workerInfoOf(recordIn(colony)).tokensUsed).toBe(30);
    await colony.execute({ type: "agent.close", cause: "user" });
    expect(statusIn(colony)).toBe("stopped");
  });
});
