import { createScriptedModel } from "@colony/testkit";
import { defineTool, type ModelRequest } from "@colony/core";
import { expect, it } from "vitest";
import { z } from "zod";
import { defineWorker } from "./definition.ts";
import { TestColony } from "./testing/test-colony.ts";
import { parsedWellFormed } from "./well-formed.ts";

const HALF = "cut in the middle \uD83D";

it("JSON is read without halves of surrogate pairs, and whole ones stay", () => {
  expect(parsedWellFormed('{"a":["\\ud83d","\\uD83D\\uDE00","\\\\ud83d",1,null]}')).toEqual({
    a: ["\uFFFD", "😀", "\\ud83d", 1, null],
  });
  expect(() => parsedWellFormed('{"a":"\\ud83d"')).toThrow(SyntaxError);
});

it("no request has half of a surrogate pair in it, whether a model or a tool was cut in the middle of it", async () => {
  const asked: ModelRequest[] = [];
  const look = defineTool({
    name: "look",
    description: "looks",
    input: z.object({ at: z.string() }),
    effect: "pure",
    run: ({ at }) => ({ at, found: [HALF] }),
  });
  const model = createScriptedModel((request, index) => {
    asked.push(request);
    return index === 0
      ? { text: HALF, toolCalls: [{ name: "look", input: { at: HALF } }] }
      : { text: "done" };
  });
  await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [look] }) });
  await colony.spawn({ task: `Look: ${HALF}` });
  await colony.work();
  expect(colony.report()).toMatchObject({ status: "success" });
  const sent = JSON.stringify(asked.map(({ prompt }) => prompt));
  expect(sent).toContain("cut in the middle \uFFFD");
  expect(sent).not.toMatch(/\\ud[89a-f]/u);
});
