import { MAX_JSON_DEPTH, isDeeperThan, type JsonObject, type JsonValue } from "@colony/core";
import { branchesOf, fits, isObject, objectAt, typesOf } from "./schema-fit.ts";

/**
 * The input with each value that is plainly the right one in the wrong clothes put right, as the schema wants it: "3" for
 * 3, "true" for true, an object written as a string, a single value where a list is wanted, null for what may be left
 * out. What fits already, and anything doubtful, is left as it is, for the schema to decide.
 */
export function coerce(value: JsonValue, schema: JsonObject): JsonValue {
  if (fits(value, schema)) return value;
  const branches = branchesOf(schema);
  if (branches.length > 0) return intoBranch(value, branches);
  const types = typesOf(schema);
  if (typeof value === "string") return fromText(value, types, schema);
  if (Array.isArray(value) && types.has("array")) return items(value as readonly JsonValue[], schema);
  if (isObject(value) && types.has("object")) return properties(value, schema);
  if (typeof value === "number" && types.has("string")) return String(value);
  return wrapped(value, types, schema);
}

/** The first alternative that the value can be made to fit. */
function intoBranch(value: JsonValue, branches: readonly JsonObject[]): JsonValue {
  for (const branch of branches) {
    const coerced = coerce(value, branch);
    if (fits(coerced, branch)) return coerced;
  }
  return value;
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function fromText(text: string, types: ReadonlySet<string>, schema: JsonObject): JsonValue {
  const trimmed = text.trim();
  if ((types.has("number") || types.has("integer")) && NUMBER.test(trimmed)) {
    const number = Number(trimmed);
    if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  }
  if (types.has("boolean") && /^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === "true";
  if (types.has("null") && (trimmed === "" || trimmed === "null")) return null;
  if ((types.has("object") && trimmed.startsWith("{")) || (types.has("array") && trimmed.startsWith("["))) {
    const parsed = parse(trimmed);
    if (parsed !== undefined) return coerce(parsed, schema);
  }
  return wrapped(text, types, schema);
}

function parse(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isDeeperThan(MAX_JSON_DEPTH, value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function wrapped(value: JsonValue, types: ReadonlySet<string>, schema: JsonObject): JsonValue {
  if (!types.has("array") || types.size > 1 || value === null || Array.isArray(value)) return value;
  return items([value], schema);
}

function items(values: readonly JsonValue[], schema: JsonObject): JsonValue {
  const places = Array.isArray(schema["prefixItems"]) ? (schema["prefixItems"] as readonly JsonValue[]) : [];
  const others = objectAt(schema, "items");
  return values.map((item, index) => {
    const place = places[index];
    const wanted = isObject(place) ? place : others;
    return wanted === undefined ? item : coerce(item, wanted);
  });
}

function properties(value: JsonObject, schema: JsonObject): JsonValue {
  const known = objectAt(schema, "properties") ?? {};
  const others = objectAt(schema, "additionalProperties");
  const required = new Set(
    Array.isArray(schema["required"]) ? (schema["required"] as readonly JsonValue[]) : [],
  );
  const entries = Object.entries(value).flatMap(
    ([name, member]): readonly (readonly [string, JsonValue])[] => {
      const wanted = Object.hasOwn(known, name) ? known[name] : others;
      if (!isObject(wanted)) return [[name, member]];
      if (member === null && !required.has(name) && !fits(null, wanted)) return [];
      return [[name, coerce(member, wanted)]];
    },
  );
  return Object.fromEntries(entries);
}
