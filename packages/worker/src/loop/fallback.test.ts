import { createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { TestColony } from "../testing/test-colony.ts";

const refused: ScriptedTurn = { throws: Object.assign(new Error("no such model"), { statusCode: 404 }) };
const overloaded: ScriptedTurn = { throws: Object.assign(new Error("busy"), { statusCode: 529 }) };

describe("a chain of models", () => {
  test("turns to the next one at once where another try cannot help, and says so", async () => {
    const first = createScriptedModel([refused], { modelId: "first" });
    const second = createScriptedModel([{ text: "From the second." }], { modelId: "second" });
    await using colony = await TestColony.open({ definition: defineWorker({ models: [first, second] }) });
    await colony.spawn();
    await colony.work();
    expect(colony.report()).toMatchObject({ status: "success", summary: "From the second." });
    const switched = colony.events.find(({ type }) => type === "MODEL_SWITCHED");
    expect(switched?.data).toMatchObject({
      from: expect.stringContaining("first") as string,
      to: expect.stringContaining("second") as string,
      reason: { code: "model.rejected" },
    });
    expect(first.requests).toHaveLength(1);
  });

  test("turns to the next one after the last try, and stays with it for the rest of the execution", async () => {
    const first = createScriptedModel(() => overloaded, { modelId: "first" });
    const second = createScriptedModel([
      { toolCalls: [{ name: "nothing_of_the_kind", input: {} }] },
      { text: "Still the second." },
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ models: [first, second] }) });
    await colony.spawn();
    const working = colony.work();
    await colony.clock.advance(60_000);
    await working;
    expect(first.requests).toHaveLength(5);
    expect(second.requests).toHaveLength(2);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Still the second." });
  });

  test("turns to the next one at once where the one before asks for more time than there is to work in", async () => {
    const headers = { "retry-after": "600" };
    const busy = Object.assign(new Error("busy"), { statusCode: 429, responseHeaders: headers });
    const first = createScriptedModel([{ throws: busy }], { modelId: "first" });
    const second = createScriptedModel([{ text: "From the second." }], { modelId: "second" });
    await using colony = await TestColony.open({ definition: defineWorker({ models: [first, second] }) });
    await colony.spawn();
    await colony.work();
    expect(colony.report()).toMatchObject({ status: "success", summary: "From the second.", durationMs: 0 });
  });

  test("fails with the last one's words when all have failed", async () => {
    const models = ["a", "b", "c"].map((modelId) => createScriptedModel([refused], { modelId }));
    await using colony = await TestColony.open({ definition: defineWorker({ models }) });
    await colony.spawn();
    await colony.work();
    expect(colony.report()).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("/c ") as string },
    });
  });
});
