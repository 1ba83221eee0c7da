import { DEFAULT_WORKER_LIMITS, type ColonyError } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker, withLimits } from "./definition.ts";
import { echo } from "./testing/test-tools.ts";

const model = createScriptedModel([]);

const thrownBy = (work: () => unknown): Pick<ColonyError, "code" | "message"> => {
  try {
    work();
  } catch (error) {
    return error as ColonyError;
  }
  throw new Error("nothing was thrown");
};

describe("a worker definition", () => {
  test("needs a model only", () => {
    expect(defineWorker({ model })).toEqual({
      model,
      fallbacks: [],
      instructions: "",
      description: "",
      tools: [],
      lifetime: "ephemeral",
      limits: { ...DEFAULT_WORKER_LIMITS, stallMs: 660_000 },
      reportSchema: null,
    });
  });

  test("may name a chain of models instead of one, and not both or none", () => {
    const other = createScriptedModel([]);
    expect(defineWorker({ models: [model, other] })).toMatchObject({ model, fallbacks: [other] });
    for (const wrong of [{}, { models: [] }, { model, models: [other] }])
      expect(() => defineWorker(wrong)).toThrow(/a definition needs a model/);
  });

  test("tells the shape of its reports as JSON Schema", () => {
    expect(defineWorker({ model, report: z.object({ n: z.number() }) }).reportSchema).toMatchObject({
      type: "object",
      required: ["n"],
    });
  });

  test("is refused where two tools share a name, or one takes the runtime's own", () => {
    expect(thrownBy(() => defineWorker({ model, tools: [echo, echo] }))).toMatchObject({
      code: "definition.invalid",
      message: 'two tools are named "echo"; a name may be used once',
    });
    expect(
      thrownBy(() => defineWorker({ model, tools: [{ ...echo, name: "report_to_parent" }] })).message,
    ).toBe('the tool name "report_to_parent" is the runtime\'s own; choose another name');
  });
});

describe("limits", () => {
  test("that are not given stay, and a soft time limit alone moves the hard one along", () => {
    expect(withLimits(DEFAULT_WORKER_LIMITS, { softWallMs: 10_000, iterations: undefined })).toEqual({
      ...DEFAULT_WORKER_LIMITS,
      softWallMs: 10_000,
      hardWallMs: 130_000,
    });
    expect(withLimits(DEFAULT_WORKER_LIMITS, { softWallMs: 10_000, hardWallMs: 11_000 }).hardWallMs).toBe(
      11_000,
    );
  });

  test.each([
    ["iterations", 0, "a whole number from 1"],
    ["iterations", 2.5, "a whole number from 1"],
    ["toolCalls", -1, "a whole number from 0"],
    ["parallelTools", Number.NaN, "a whole number from 1"],
    ["hardWallMs", Number.POSITIVE_INFINITY, "a number from 1"],
  ])("%s may not be %d", (name, value, must) => {
    const { code, message } = thrownBy(() => withLimits(DEFAULT_WORKER_LIMITS, { [name]: value }));
    expect(code).toBe("definition.invalid");
    expect(message).toContain(`limit ${name} is ${value}; it must be ${must}`);
  });

  test("that there are not are named beside those that there are", () => {
    expect(() => withLimits(DEFAULT_WORKER_LIMITS, { iteration: 3 } as never)).toThrow(
      'there is no limit "iteration"; there are: iterations, toolCalls, softWallMs, hardWallMs, parallelTools, stallMs',
    );
  });

  test("may allow no tool calls at all", () => {
    expect(withLimits(DEFAULT_WORKER_LIMITS, { toolCalls: 0 }).toolCalls).toBe(0);
  });
});
