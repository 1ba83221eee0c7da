import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { MAX_JSON_DEPTH, isDeeperThan, type JsonObject, type Validated } from "@colony/core";
import { boundedSchema } from "./bounded-schema.ts";

/** How much is told of what is wrong with an input. Characters. */
const LONGEST_PROBLEM = 2_000;

type Validator = ReturnType<AjvJsonSchemaValidator["getValidator"]>;

/**
 * Checks inputs against what of a server's JSON Schema can be checked in a bounded time, with the validator that the
 * protocol's own client uses. A schema that it cannot read, or that says too much, is held to loosely: any object will do. The
 * server has the last word in any case.
 */
export function inputCheck(schema: JsonObject): (input: unknown) => Validated {
  // Made at the first input: of hundreds of tools a few are called.
  let made: { readonly validator: Validator | undefined } | undefined;
  return (input) => {
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return { problem: "the input must be an object" };
    if (isDeeperThan(MAX_JSON_DEPTH, input))
      return { problem: `the input must be nested at most ${MAX_JSON_DEPTH} levels deep` };
    made ??= { validator: validatorOf(schema) };
    const result = made.validator?.(input);
    if (result === undefined || result.valid) return { value: input };
    return { problem: inWords(result.errorMessage) };
  };
}

function validatorOf(schema: JsonObject): Validator | undefined {
  const bounded = boundedSchema(schema);
  if (bounded === undefined) return undefined;
  try {
    const validator: Validator = new AjvJsonSchemaValidator().getValidator(bounded);
    // What was made of it is read only when it is run.
    validator({});
    return validator;
  } catch {
    // Keywords may hold anything, and what cannot be read holds nobody to anything.
    return undefined;
  }
}

function inWords(problems: string): string {
  const words = problems.replaceAll(/(^|, )data\//gu, "$1").replaceAll(/(^|, )data /gu, "$1the input ");
  return words.length > LONGEST_PROBLEM ? `${words.slice(0, LONGEST_PROBLEM)} ...` : words;
}
