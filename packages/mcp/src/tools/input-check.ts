import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { JsonObject, Validated } from "@colony/core";

/**
 * Checks inputs against a server's JSON Schema, with the validator that the protocol's own client uses. A schema that it
 * cannot read is held to loosely: any object will do, and the server has the last word.
 */
export function inputCheck(schema: JsonObject): (input: unknown) => Validated {
  const validator = validatorOf(schema);
  return (input) => {
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return { problem: "the input must be an object" };
    const result = validator?.(input);
    if (result === undefined || result.valid) return { value: input };
    return { problem: inWords(result.errorMessage) };
  };
}

function validatorOf(schema: JsonObject): ReturnType<AjvJsonSchemaValidator["getValidator"]> | undefined {
  // Of its own for each, so that two schemas with the same id do not meet.
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  try {
    return new AjvJsonSchemaValidator().getValidator(rest);
  } catch {
    return undefined;
  }
}

function inWords(problems: string): string {
  return problems.replaceAll(/(^|, )data\//gu, "$1").replaceAll(/(^|, )data /gu, "$1the input ");
}
