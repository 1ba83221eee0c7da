import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import { ColonyError } from "./errors/colony-error.ts";
import { JsonObjectSchema, type JsonObject, type JsonValue } from "./json.ts";
import type { Tool, ToolDefinition } from "./ports/tool.ts";

/** A tool's default time limit, in milliseconds. */
export const DEFAULT_TOOL_TIMEOUT_MS = 60_000;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Makes a tool from its definition. Throws `definition.invalid` for a name that providers refuse and for an input
 * schema that cannot be told to a model.
 */
export function defineTool<Schema extends StandardSchemaV1>(definition: ToolDefinition<Schema>): Tool {
  const { name, description, input, reconcile } = definition;
  if (!NAME.test(name))
    throw new ColonyError(
      "definition.invalid",
      `tool name ${JSON.stringify(name)} is not allowed; use 1 to 64 letters, digits, "_" or "-"`,
    );
  const tool: Tool = {
    name,
    description,
    inputSchema: definition.inputSchema ?? jsonSchemaOf(input, `tool "${name}"`),
    effect: definition.effect ?? "once",
    timeoutMs: definition.timeoutMs ?? DEFAULT_TOOL_TIMEOUT_MS,
    async validate(value) {
      return checkStandard(input, value);
    },
    async run(value, context) {
      const output = await definition.run(value as StandardSchemaV1.InferOutput<Schema>, context);
      return (output ?? null) as JsonValue;
    },
    ...(reconcile === undefined
      ? {}
      : {
          reconcile: async (callKey: string, value: unknown) =>
            reconcile(callKey, value as StandardSchemaV1.InferOutput<Schema>),
        }),
  };
  return tool;
}

/** Checks a value against any Standard Schema; problems come as one sentence with paths. */
export async function checkStandard(
  schema: StandardSchemaV1,
  value: unknown,
): Promise<{ readonly value: unknown } | { readonly problem: string }> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return { value: result.value };
  const problems = result.issues.map((issue) => {
    const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
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
