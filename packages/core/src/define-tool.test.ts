import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { ColonyError } from "./errors/colony-error.ts";
import { checkStandard, defineTool, jsonSchemaOf } from "./define-tool.ts";
import { agentId, callId, executionIdOf } from "./ids.ts";
import { SILENT_LOGGER } from "./ports/logger.ts";
import type { Reconciled, Tool, ToolContext } from "./ports/tool.ts";

const definition = {
  name: "add",
  description: "adds",
  input: z.object({ a: z.number(), b: z.number().default(1) }),
  run: ({ a, b }: { a: number; b: number }) => a + b,
};
const context: ToolContext = {
  signal: new AbortController().signal,
  callId: callId("c"),
  callKey: "k",
  agent: {
    id: agentId("w"),
    executionId: executionIdOf(agentId("w"), 1),
    correlationId: undefined,
    depth: 1,
  },
  progress: () => undefined,
  milestone: async () => undefined,
  log: SILENT_LOGGER,
  runProcess: () => Promise.reject(new Error("there are no processes here")),
  lease: () => Promise.reject(new Error("there are no leases here")),
  taken: () => undefined,
};

describe("a tool", () => {
  it("is careful where its definition says nothing", () => {
    const tool = defineTool(definition);
    expect(tool).toMatchObject({ effect: "once", timeoutMs: 60_000 });
    expect(tool).not.toHaveProperty("reconcile");
    expect(tool.inputSchema).toMatchObject({ type: "object", required: ["a"] });
    expect(tool.inputSchema).not.toHaveProperty("$schema");
  });

  it("belongs to a group where its definition says so, and to none otherwise", () => {
    expect(defineTool({ ...definition, group: "files" }).group).toBe("files");
    expect(defineTool(definition)).not.toHaveProperty("group");
    for (const group of ["", "a b", "group:a", "x".repeat(65), 3])
      expect(() => defineTool({ ...definition, group: group as string })).toThrow(
        /^group of tool "add" is .*; give a text of 1 to 64 letters, digits, "_" or "-"$/,
      );
  });

  it("runs on what its schema made of the input, and undefined becomes null", async () => {
    const tool = defineTool(definition);
    const checked = await tool.validate({ a: 1 });
    expect(checked).toEqual({ value: { a: 1, b: 1 } });
    expect(await tool.run({ a: 1, b: 1 }, context)).toBe(2);
    expect(await defineTool({ ...definition, run: () => undefined }).run({}, context)).toBeNull();
  });

  it("gives what is there at once at once, and waits for whatever can be waited for", async () => {
    expect(defineTool({ ...definition, run: () => 3 }).run({}, context)).toBe(3);
    expect(defineTool({ ...definition, run: () => undefined }).run({}, context)).toBeNull();
    const late = defineTool({ ...definition, run: () => Promise.resolve(undefined) }).run({}, context);
    expect(late).toBeInstanceOf(Promise);
    expect(await late).toBeNull();
    // oxlint-disable-next-line unicorn/no-thenable -- libraries give such things
    const thenable = { then: (resolve: (value: unknown) => void) => resolve("so") };
    expect(await defineTool({ ...definition, run: () => thenable }).run({}, context)).toBe("so");
  });

  it("says what is wrong with an input in one sentence with paths", async () => {
    const nested = z.object({ list: z.array(z.object({ n: z.number() })), flag: z.boolean() });
    const checked = await checkStandard(nested, { list: [{ n: "x" }] });
    expect(checked).toHaveProperty("problem", expect.stringMatching(/^list\.0\.n: .*; flag: /));
  });

  it("keeps its own `this`, and answers about a call that was interrupted", async () => {
    class WithState {
      readonly name = "add";
      readonly description = "adds";
      readonly input = definition.input;
      readonly seen = "so";
      run(): string {
        return this.seen;
      }
      reconcile(callKey: string) {
        return { outcome: "done", output: `${callKey} ${this.seen}` } as const;
      }
    }
    expect(await defineTool(new WithState()).reconcile?.("k", {})).toEqual({
      outcome: "done",
      output: "k so",
    });
  });

  it.each([
    [{ outcome: "done" }, { outcome: "done", output: null }],
    [
      { outcome: "done", output: undefined },
      { outcome: "done", output: null },
    ],
    [undefined, { outcome: "unknown" }],
    [null, { outcome: "unknown" }],
  ])("what was asked of the world, answered by %j, is %j", async (answer, said) => {
    expect(await reconciling(answer).reconcile?.("k", {})).toEqual(said);
  });

  it.each([
    [{ outcome: "happened" }, '"happened"'],
    ["done", "missing"],
    [true, "missing"],
  ])(
    "an answer that cannot be understood, such as %j, is refused, and not taken for one",
    async (answer, shown) => {
      await expect(reconciling(answer).reconcile?.("k", {})).rejects.toMatchObject({
        code: "tool.failed",
        message: `reconcile of tool "pay" answered with an outcome that is ${shown}; answer { outcome: "done", output }, { outcome: "never_happened" } or { outcome: "unknown" }`,
      });
    },
  );
});

describe("a bad definition", () => {
  const refusalOf = (define: () => unknown): string => {
    try {
      define();
    } catch (error) {
      if (error instanceof ColonyError) return `${error.code}: ${error.message}`;
    }
    return "none";
  };

  it.each(["", "a b", "ä", "x".repeat(65), "a.b"])("by its name %j is refused", (name) => {
    const refusal = refusalOf(() => defineTool({ ...definition, name }));
    expect(refusal).toContain(`definition.invalid: tool name ${JSON.stringify(name)} is not allowed`);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    "by its time limit %d is refused",
    (timeoutMs) => {
      const refusal = refusalOf(() => defineTool({ ...definition, timeoutMs }));
      expect(refusal).toContain(`definition.invalid: tool "add" has a time limit of ${timeoutMs} ms`);
    },
  );

  it.each(["", "  \n"])("by its description %j is refused", (description) => {
    expect(refusalOf(() => defineTool({ ...definition, description }))).toBe(
      `definition.invalid: description of tool "add" is ${JSON.stringify(description)}; give a text that tells a model what it is for`,
    );
  });

  it.each<[z.ZodType, string]>([
    [z.string(), 'of type "string"'],
    [z.array(z.string()), 'of type "array"'],
    [z.null(), 'of type "null"'],
    [z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), "not said to be an object"],
    [z.any(), "not said to be an object"],
  ])("%# by an input that is no object is refused", (input, what) => {
    const sentence = `definition.invalid: the input of tool "add" is ${what}, and models call tools with objects; give z.object({ ... }), with a list or a union as one of its members`;
    const inputSchema = jsonSchemaOf(input, "it");
    expect(refusalOf(() => defineTool({ ...definition, input }))).toBe(sentence);
    expect(refusalOf(() => defineTool({ ...definition, inputSchema }))).toBe(sentence);
  });

  it("is not one whose input is an object in another way", () => {
    const inputs = [
      z.record(z.string(), z.number()),
      z.object({ a: z.string() }).and(z.object({ b: z.string() })),
      z.object({ a: z.string() }).transform(({ a }) => a),
      z.looseObject({}).optional(),
    ];
    for (const input of inputs)
      expect(defineTool({ ...definition, input, run: () => 1 }).inputSchema).toHaveProperty("type", "object");
  });

  it("by a schema that JSON Schema cannot say, or that is not zod's, is refused", () => {
    expect(refusalOf(() => jsonSchemaOf(z.object({ when: z.date() }), 'tool "t"'))).toMatch(
      /^definition\.invalid: tool "t" has a schema that JSON Schema cannot say/,
    );
    const foreign = {
      "~standard": { version: 1, vendor: "valibot", validate: (value: unknown) => ({ value }) },
    } as const;
    const older = { "~standard": { ...foreign["~standard"], vendor: "zod" } } as const;
    for (const [input, whose] of [
      [foreign, '"valibot"'],
      [older, "a zod older than 4"],
    ] as const)
      expect(refusalOf(() => defineTool({ ...definition, input, run: () => 1 }))).toBe(
        `definition.invalid: tool "add" has a schema of ${whose}; give its JSON Schema too, only that of zod 4 is derived`,
      );
    const tool = defineTool({ ...definition, input: foreign, run: () => 1, inputSchema: { type: "object" } });
    expect(tool.inputSchema).toEqual({ type: "object" });
  });

  it("takes an input of zod/mini, and holds calls to it", async () => {
    const input = mini.object({ a: mini.number(), b: mini.optional(mini.string()) });
    const tool = defineTool({ ...definition, input, run: ({ a }) => a });
    expect(tool.inputSchema).toMatchObject({ type: "object", required: ["a"] });
    expect(await tool.validate({ a: "1" })).toEqual({ problem: expect.stringMatching(/^a: /) as string });
  });

  it("is told an input with an id as what it is, and not as a reference to it", () => {
    const station = z.object({ name: z.string() }).meta({ id: "Station" });
    const { inputSchema } = defineTool({ ...definition, input: station, run: () => 1 });
    expect(inputSchema).toMatchObject({ type: "object", properties: { name: { type: "string" } } });
    expect(inputSchema).not.toHaveProperty("$ref");
  });

  it.each<[unknown, string]>([
    [null, "the definition of a tool is no object; give at least name, description, input and run"],
    [undefined, "the definition of a tool is no object; give at least name, description, input and run"],
    [{ name: 5 }, 'name of a tool is 5; give a text of 1 to 64 letters, digits, "_" or "-"'],
    [{ name: 10n }, 'name of a tool is 10n; give a text of 1 to 64 letters, digits, "_" or "-"'],
    [
      { description: undefined },
      'description of tool "add" is missing; give a text that tells a model what it is for',
    ],
    [
      { description: {} },
      'description of tool "add" is an object that will not do; give a text that tells a model',
    ],
    [{ input: undefined }, 'input of tool "add" is missing; give a zod schema'],
    [{ input: {} }, 'input of tool "add" is an object that will not do; give a zod schema'],
    [{ inputSchema: "x" }, 'inputSchema of tool "add" is "x"; give a JSON Schema, as an object'],
    [{ effect: null }, 'effect of tool "add" is null; give "pure", "idempotent", "once"'],
    [{ timeoutMs: "5" }, 'timeoutMs of tool "add" is "5"; give a number of milliseconds'],
    [{ timeoutMs: 5n }, 'timeoutMs of tool "add" is 5n; give a number of milliseconds'],
    [{ run: undefined }, 'run of tool "add" is missing; give the function that does what the tool is for'],
    [{ run: "x" }, 'run of tool "add" is "x"; give the function that does what the tool is for'],
    [{ reconcile: 0 }, 'reconcile of tool "add" is 0; give a function, or leave it out'],
    [
      { timeoutMS: 5 },
      'there is no option timeoutMS of tool "add" (did you mean timeoutMs?); there are: name, ',
    ],
  ])("%# is refused in one sentence: %s", (wrong, sentence) => {
    const options = typeof wrong === "object" && wrong !== null ? { ...definition, ...wrong } : wrong;
    expect(refusalOf(() => defineTool(options as typeof definition))).toContain(
      `definition.invalid: ${sentence}`,
    );
  });

  it("by a report's schema that is none is refused", () => {
    expect(refusalOf(() => jsonSchemaOf(5 as never, "the report"))).toBe(
      "definition.invalid: the report has 5 for a schema; give one of zod",
    );
  });
});

/** A tool as a program in JavaScript may write it. */
function reconciling(answer: unknown): Tool {
  return defineTool({
    name: "pay",
    description: "pays",
    input: z.object({}),
    run: () => null,
    reconcile: () => answer as Reconciled,
  });
}
