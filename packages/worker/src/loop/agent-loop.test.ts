import { defineTool } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { saidIn, TestColony } from "../testing/test-colony.ts";

const echo = defineTool({
  name: "echo",
  description: "Says it again.",
  input: z.object({ text: z.string() }),
  effect: "pure",
  run: ({ text }) => `echo ${text}`,
});

describe("an execution", () => {
  test("ends with the model's answer in words", async () => {
    const model = createScriptedModel([{ text: "It is done." }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model }) });
    const report = await colony.finish();
    expect(report).toMatchObject({ status: "success", explicit: false, summary: "It is done.", cause: "finished" });
    expect(saidIn(model.requests[0])).toEqual(["system", "user: Do it."]);
  });

  test("runs what the model asks for and gives it the result, in at most five commits with its spawn", async () => {
    const model = createScriptedModel([{ toolCalls: [{ name: "echo", input: { text: "hi" } }] }, { text: "Done." }]);
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo] }) });
    let commits = 0;
    colony.log.onAppended(() => void (commits += 1));
    await colony.finish();
    expect(saidIn(model.requests[1]).slice(2)).toEqual([
      'assistant: call echo {"text":"hi"}',
      "tool: result echo echo hi",
    ]);
    expect(commits).toBeLessThanOrEqual(5);
    expect(colony.types()).toEqual([]);
  });
});
