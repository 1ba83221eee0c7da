import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import { ColonyError } from "./errors/colony-error.ts";
import { ToolEffect } from "./events/tool.ts";
import { JsonObjectSchema, isDeeperThan, type JsonObject, type JsonValue } from "./json.ts";
import type { Reconciled, Tool, ToolDefinition, Validated } from "./ports/tool.ts";
import { MAX_JSON_DEPTH } from "./settings/limits.ts";
import { requireOptions, type OptionTable } from "./settings/option-check.ts";
import { shownValue } from "./settings/shown-value.ts";
import { isThenable } from "./thenable.ts";

/** A tool's default time limit, in milliseconds. */
export const DEFAULT_TOOL_TIMEOUT_MS = 60_000;

/** The longest that timers can wait. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const GROUP = NAME;

const fn = z.custom<unknown>((value) => typeof value === "function");

const TOOL_OPTIONS: OptionTable = {
  name: { fits: z.string(), give: 'a text of 1 to 64 letters, digits, "_" or "-"', required: true },
  description: {
    fits: z.string().refine((text) => text.trim() !== ""),
    give: "a text that tells a model what it is for",
    required: true,
  },
  input: {
    fits: z.custom<unknown>(isSchema),
    give: "a zod schema, or one of another library that is a Standard Schema",
    required: true,
  },
  inputSchema: {
    fits: z.looseObject({}).refine(isJson),
    give: `a JSON Schema, as an object nested at most ${MAX_JSON_DEPTH} levels deep`,
  },
  effect: { fits: ToolEffect, give: ToolEffect.options.map((effect) => `"${effect}"`).join(", ") },
  // Which numbers, is said where its name is known to be one.
  timeoutMs: {
    fits: z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])]),
    give: "a number of milliseconds",
  },
  group: { fits: z.string().regex(GROUP), give: 'a text of 1 to 64 letters, digits, "_" or "-"' },
  needsApproval: {
    fits: z.union([z.boolean(), fn]),
    give: "true, false, or a function of the input that says so",
  },
  run: { fits: fn, give: "the function that does what the tool is for", required: true },
  reconcile: { fits: fn, give: "a function, or leave it out" },
};

function isSchema(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as { readonly "~standard"?: { readonly validate?: unknown } })["~standard"];
  return typeof standard?.validate === "function";
}

/** What cannot be written down, or goes round in circles, no provider can be told. */
function isJson(schema: object): boolean {
  return !isDeeperThan(MAX_JSON_DEPTH, schema) && JSON.stringify(schema).length > 0;
}

function nameOf(definition: unknown): string {
  try {
    const { name } = Object(definition) as { readonly name?: unknown };
    return typeof name === "string" ? `tool ${shownValue(name)}` : "a tool";
  } catch {
    // What throws when it is looked at has no name, and is refused as no definition.
    return "a tool";
  }
}

/**
 * Makes a tool from its definition. Throws `definition.invalid` for a name that providers refuse, for a time limit that
 * no timer keeps, for an input that is no object or cannot be told to a model, and for options that there are not.
 */
export function defineTool<Schema extends StandardSchemaV1>(definition: ToolDefinition<Schema>): Tool {
  requireOptions(definition, TOOL_OPTIONS, {
    code: "definition.invalid",
    whole: "the definition of a tool is no object; give at least name, description, input and run",
    of: nameOf(definition),
  });
  const { name, description, input, timeoutMs = DEFAULT_TOOL_TIMEOUT_MS } = definition;
  if (!NAME.test(name))
    throw new ColonyError(
      "definition.invalid",
      `tool name ${shownValue(name)} is not allowed; use 1 to 64 letters, digits, "_" or "-"`,
    );
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS))
    throw new ColonyError(
      "definition.invalid",
      `tool "${name}" has a time limit of ${timeoutMs} ms; use more than 0 and at most ${LONGEST_TIMEOUT_MS}`,
    );
  const inputSchema = definition.inputSchema ?? jsonSchemaOf(input, `tool "${name}"`);
  requireObject(inputSchema, name);
  const tool: Tool = {
    name,
    description,
    inputSchema,
    effect: definition.effect ?? "once",
    timeoutMs,
    validate: (value) => checkStandard(input, value),
    run(value, context) {
      const output = definition.run(value, context);
      return isThenable(output) ? awaited(output) : given(output);
    },
    ...(definition.group === undefined ? {} : { group: definition.group }),
    ...(definition.needsApproval === undefined || definition.needsApproval === false
      ? {}
      : { needsApproval: definition.needsApproval }),
    ...(definition.reconcile === undefined
      ? {}
      : {
          reconcile: async (callKey: string, value: unknown) =>
            reconciled(await definition.reconcile?.(callKey, value), name),
        }),
  };
  return tool;
}

/** Models call tools with objects, and providers refuse a schema that says anything else, or a choice of several. */
function requireObject({ type }: JsonObject, name: string): void {
  if (type === "object") return;
  throw new ColonyError(
    "definition.invalid",
    `the input of tool "${name}" is ${type === undefined ? "not said to be an object" : `of type ${shownValue(type)}`}, and models call tools with objects; give z.object({ ... }), with a list or a union as one of its members`,
  );
}

/** What a tool came back with; nothing is null. */
function given(output: unknown): JsonValue {
  return (output ?? null) as JsonValue;
}

/** What `reconcile` has answered. Who answers nothing knows nothing; what cannot be understood is refused, never guessed at. */
function reconciled(answer: unknown, name: string): Reconciled {
  const { outcome, output } = (answer ?? { outcome: "unknown" }) as { outcome?: unknown; output?: unknown };
  switch (outcome) {
    case "done":
      return { outcome, output: given(output) };
    case "never_happened":
    case "unknown":
      return { outcome };
    default:
      throw new ColonyError(
        "tool.failed",
        `reconcile of tool "${name}" answered with an outcome that is ${shownValue(outcome)}; answer { outcome: "done", output }, { outcome: "never_happened" } or { outcome: "unknown" }`,
      );
  }
}

async function awaited(output: PromiseLike<unknown>): Promise<JsonValue> {
  return given(await output);
}

/** Checks a value against any Standard Schema, at once where the schema can; problems come as one sentence with paths. */
export function checkStandard(schema: StandardSchemaV1, value: unknown): Validated | Promise<Validated> {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then(validated) : validated(result);
}

function validated(result: StandardSchemaV1.Result<unknown>): Validated {
  if (result.issues === undefined) return { value: result.value };
  const problems = result.issues.map((issue) => {
    const path = (issue.path ?? [])
      .map((step) => String(typeof step === "object" ? step.key : step))
      .join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  return { problem: problems.join("; ") };
}

/** The JSON Schema of a schema of zod, or of zod/mini. Throws `definition.invalid` for schemas of other libraries, and for what is none. */
export function jsonSchemaOf(schema: StandardSchemaV1, what: string): JsonObject {
  if (!isSchema(schema))
    throw new ColonyError(
      "definition.invalid",
      `${what} has ${shownValue(schema)} for a schema; give one of zod`,
    );
  if (!(schema instanceof z.core.$ZodType)) {
    const { vendor } = schema["~standard"];
    const whose = vendor === "zod" ? "a zod older than 4" : `"${vendor}"`;
    throw new ColonyError(
      "definition.invalid",
      `${what} has a schema of ${whose}; give its JSON Schema too, only that of zod 4 is derived`,
    );
  }
  try {
    const { $schema: _dialect, ...rest } = JsonObjectSchema.parse(z.toJSONSchema(schema, { io: "input" }));
    return withPlainRoot(rest);
  } catch (cause) {
    throw new ColonyError(
      "definition.invalid",
      `${what} has a schema that JSON Schema cannot say; use plain objects, strings, numbers, arrays and enums`,
      { cause },
    );
  }
}

/** A schema that has an id is derived as a mere reference to itself, which providers refuse: what it refers to stands in its place. */
function withPlainRoot({ $ref: reference, ...rest }: JsonObject): JsonObject {
  if (typeof reference !== "string") return rest;
  const definitions = JsonObjectSchema.parse(rest["$defs"]);
  const name = reference.replace(/^#\/\$defs\//, "");
  return { ...rest, ...JsonObjectSchema.parse(definitions[name]) };
}
