import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import { ColonyError } from "./errors/colony-error.ts";
import { ToolEffect } from "./events/tool.ts";
import { JsonObjectSchema, type JsonObject, type JsonValue } from "./json.ts";
import type { Tool, ToolDefinition, Validated } from "./ports/tool.ts";

/** A tool's default time limit, in milliseconds. */
export const DEFAULT_TOOL_TIMEOUT_MS = 60_000;

/** The longest that timers can wait. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Makes a tool from its definition. Throws `definition.invalid` for a name that providers refuse, for a time limit that
 * no timer keeps, and for an input schema that cannot be told to a model.
 */
export function defineTool<Schema extends StandardSchemaV1>(definition: ToolDefinition<Schema>): Tool {
  const { name, description, input, timeoutMs = DEFAULT_TOOL_TIMEOUT_MS } = definition;
  if (!NAME.test(name))
    throw new ColonyError(
      "definition.invalid",
      `tool name ${JSON.stringify(name)} is not allowed; use 1 to 64 letters, digits, "_" or "-"`,
    );
  if (typeof (definition.run as unknown) !== "function")
    throw new ColonyError("definition.invalid", `tool "${name}" has no run function; give it what it does`);
  if (!ToolEffect.safeParse(definition.effect ?? "once").success)
    throw new ColonyError(
      "definition.invalid",
      `tool "${name}" has effect ${JSON.stringify(definition.effect)}; use ${ToolEffect.options.map((effect) => `"${effect}"`).join(", ")}`,
    );
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS))
    throw new ColonyError(
      "definition.invalid",
      `tool "${name}" has a time limit of ${timeoutMs} ms; use more than 0 and at most ${LONGEST_TIMEOUT_MS}`,
    );
  const tool: Tool = {
    name,
    description,
    inputSchema: definition.inputSchema ?? jsonSchemaOf(input, `tool "${name}"`),
    effect: definition.effect ?? "once",
    timeoutMs,
    validate: (value) => checkStandard(input, value),
    async run(value, context) {
      const output = await definition.run(value, context);
      return (output ?? null) as JsonValue;
    },
    ...(definition.reconcile === undefined
      ? {}
      : {
          reconcile: async (callKey: string, value: unknown) =>
            (await definition.reconcile?.(callKey, value)) ?? { outcome: "unknown" },
        }),
  };
  return tool;
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

/** The JSON Schema of a zod schema. Throws `definition.invalid` for schemas of other libraries. */
export function jsonSchemaOf(schema: StandardSchemaV1, what: string): JsonObject {
  if (!(schema instanceof z.ZodType))
    throw new ColonyError(
      "definition.invalid",
      `${what} has a schema of "${schema["~standard"].vendor}"; give its JSON Schema too, only zod's is derived`,
    );
  try {
    const { $schema: _dialect, ...rest } = JsonObjectSchema.parse(z.toJSONSchema(schema, { io: "input" }));
    return rest;
  } catch (cause) {
    throw new ColonyError(
      "definition.invalid",
      `${what} has a schema that JSON Schema cannot say; use plain objects, strings, numbers, arrays and enums`,
      { cause },
    );
  }
}
