import { DEFAULT_WORKER_LIMITS, RUNTIME_TOOLS, type ColonyError } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { defineWorker, withLimits, type WorkerOptions } from "./definition.ts";
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

  test.each(["v1", "v2", "v5", 2])(
    "is refused where a model is of version %j of the AI SDK's interface, which nobody here understands",
    (specificationVersion) => {
      const old = { ...model, specificationVersion, provider: "openai.chat", modelId: "gpt-4" } as never;
      for (const options of [{ model: old }, { models: [model, old] }])
        expect(thrownBy(() => defineWorker(options))).toMatchObject({
          code: "definition.invalid",
          message: `model "openai/gpt-4" is of version ${JSON.stringify(specificationVersion)} of the AI SDK's model interface, and only "v3" and "v4" are understood; install a release of its provider package for AI SDK 6 or 7, such as @ai-sdk/openai@4`,
        });
    },
  );

  test.each(["v3", "v4", undefined])("may have a model of version %j", (specificationVersion) => {
    const other = { ...model, specificationVersion } as never;
    expect(defineWorker({ model: other }).model).toBe(other);
  });

  test("may have reports of a schema of zod/mini", () => {
    const report = mini.object({ n: mini.number(), why: mini.optional(mini.string()) });
    expect(defineWorker({ model, report }).reportSchema).toMatchObject({ type: "object", required: ["n"] });
  });

  test.each([
    [
      "timeoutMs",
      undefined,
      "is missing; give a number of milliseconds of more than 0 and at most 2147483647",
    ],
    ["timeoutMs", Number.POSITIVE_INFINITY, "is Infinity; give a number of milliseconds"],
    ["inputSchema", undefined, "is missing; give a JSON Schema of an object"],
    ["effect", "twice", 'is "twice"; give "pure", "idempotent", "once"'],
    ["description", 5, "is 5; give a text that tells a model what it is for"],
  ])("is refused where the %s of a tool that was written by hand is %j", (name, value, sentence) => {
    const { code, message } = thrownBy(() => defineWorker({ model, tools: [{ ...echo, [name]: value }] }));
    expect(code).toBe("definition.invalid");
    expect(message).toContain(`${name} of tool "echo" ${sentence}`);
    expect(message).toMatch(/, or make the tool with defineTool\(\{ \.\.\. \}\)$/);
  });

  test("is refused where two tools share a name", () => {
    expect(thrownBy(() => defineWorker({ model, tools: [echo, echo] }))).toMatchObject({
      code: "definition.invalid",
      message: 'two tools are named "echo"; a name may be used once',
    });
  });

  test.each([...RUNTIME_TOOLS])("is refused where a tool goes by the runtime's own name %s", (name) => {
    expect(thrownBy(() => defineWorker({ model, tools: [{ ...echo, name }] }))).toMatchObject({
      code: "definition.invalid",
      message: `the tool name "${name}" is the runtime's own; choose another name`,
    });
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

describe("options of a worker that are wrong", () => {
  const of = "of a worker definition";
  test.each<[unknown, string]>([
    [null, "a worker definition is made from an object; give at least a model"],
    [undefined, "a worker definition is made from an object; give at least a model"],
    [{ model: "gpt-5" }, `model ${of} is "gpt-5"; give a language model of an @ai-sdk provider package`],
    [{ models: 0 }, `models ${of} is 0; give a list, each of it a language model`],
    [{ models: [model, {}] }, `models[1].modelId ${of} is missing; give a list`],
    [{ instructions: null }, `instructions ${of} is null; give a text`],
    [{ description: [] }, `description ${of} is a list; give a text`],
    [
      { tools: {} },
      `tools ${of} is an object that will not do; give a list of tools, each made by defineTool({ ... })`,
    ],
    [{ tools: [{ name: "x" }] }, `tools[0].validate ${of} is missing; give a list of tools`],
    [{ lifetime: "x" }, `lifetime ${of} is "x"; give "ephemeral" or "persistent"`],
    [{ report: {} }, `report ${of} is an object that will not do; give a zod schema`],
    [{ limits: 5 }, `limits ${of} is 5; give an object with some of iterations, toolCalls, `],
    [{ limits: { iterations: "5" } }, 'limit iterations is "5"; it must be a whole number from 1'],
    [{ limits: { toolCalls: 1n } }, "limit toolCalls is 1n; it must be a whole number from 0"],
    [
      { limits: { softWallMs: 100, hardWallMs: 10 } },
      "limit softWallMs is 100 and hardWallMs 10; the hard limit",
    ],
    [{ concurrency: 0 }, `concurrency ${of} is 0; give a whole number from 1`],
    [{ concurrency: 1.5 }, `concurrency ${of} is 1.5; give a whole number from 1`],
    [{ hooks: {} }, `hooks ${of} is an object that will not do; give a function`],
    [{ timeouts: 5 }, `timeouts ${of} is 5; give an object with firstTokenMs, idleMs or both`],
    [
      { timeouts: { firstTokenMs: -1 } },
      `timeouts.firstTokenMs ${of} is -1; give a number of milliseconds from 1`,
    ],
    [{ timeouts: { idleMs: Number.POSITIVE_INFINITY } }, `timeouts.idleMs ${of} is Infinity; give a number`],
    [{ timeouts: { idle: 1 } }, `there is no option timeouts.idle ${of} (did you mean timeouts.idleMs?)`],
    [{ budget: 5 }, "the budget is not an object; give some of "],
    [{ budget: { tokens: {} } }, "budget.tokens is an object that will not do; give a whole number from 0"],
    [{ maxOutputTokens: 0.5 }, `maxOutputTokens ${of} is 0.5; give a whole number from 1`],
    [{ maxOutputTokens: Symbol("s") }, `maxOutputTokens ${of} is a symbol; give a whole number from 1`],
    [{ tool: [] }, `there is no option tool ${of} (did you mean tools?); there are: model, models, `],
  ])("%# are refused in one sentence: %s", (wrong, sentence) => {
    const options =
      typeof wrong === "object" && wrong !== null && !("models" in wrong) ? { model, ...wrong } : wrong;
    const refusal = thrownBy(() => defineWorker(options as WorkerOptions));
    expect(refusal.code).toBe("definition.invalid");
    expect(refusal.message).toContain(sentence);
  });

  test("are not those that are given as undefined", () => {
    const options = { model, timeouts: { firstTokenMs: undefined, idleMs: 5 }, concurrency: undefined };
    expect(defineWorker(options as unknown as WorkerOptions)).toMatchObject({
      timeouts: { idleMs: 5 },
      limits: { stallMs: 660_000 },
    });
  });

  test("a hard limit alone stands before the soft one that nobody has set", () => {
    expect(defineWorker({ model, limits: { hardWallMs: 5_000 } }).limits.hardWallMs).toBe(5_000);
  });
});
