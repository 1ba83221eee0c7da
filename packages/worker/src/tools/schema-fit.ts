import { canonicalJson, type JsonObject, type JsonValue } from "@colony/core";

/**
 * Whether a value has the shape that a JSON Schema asks for: types, constants, required members, members and items.
 * Formats, lengths and the like are the schema's own business.
 */
export function fits(value: JsonValue, schema: JsonObject): boolean {
  const branches = branchesOf(schema);
  if (branches.length > 0 && !branches.some((branch) => fits(value, branch))) return false;
  const types = typesOf(schema);
  if (types.size > 0 && !isOneOf(value, types)) return false;
  if (schema["const"] !== undefined && canonicalJson(schema["const"]) !== canonicalJson(value)) return false;
  const allowed = schema["enum"];
  if (Array.isArray(allowed) && !allowed.some((one) => canonicalJson(one) === canonicalJson(value)))
    return false;
  if (Array.isArray(value)) return itemsFit(value as readonly JsonValue[], schema);
  return isObject(value) ? membersFit(value, schema) : true;
}

/** The alternatives of a schema; none where it has only itself. */
export function branchesOf(schema: JsonObject): readonly JsonObject[] {
  return ["anyOf", "oneOf"].flatMap((key) => {
    const branches = schema[key];
    return Array.isArray(branches) ? (branches as readonly JsonValue[]).filter(isObject) : [];
  });
}

/** The types that a schema allows by name; none where it allows any. */
export function typesOf({ type }: JsonObject): ReadonlySet<string> {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return new Set(types.filter((name) => typeof name === "string"));
}

/** A member of a schema that is a schema itself. */
export function objectAt(schema: JsonObject, key: string): JsonObject | undefined {
  const value = schema[key];
  return isObject(value) ? value : undefined;
}

/** Tells JSON objects from everything else. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOneOf(value: JsonValue, types: ReadonlySet<string>): boolean {
  if (value === null) return types.has("null");
  if (Array.isArray(value)) return types.has("array");
  if (typeof value === "number")
    return types.has("number") || (types.has("integer") && Number.isInteger(value));
  return types.has(typeof value);
}

function itemsFit(values: readonly JsonValue[], schema: JsonObject): boolean {
  const places: readonly unknown[] = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
  const others = objectAt(schema, "items");
  return values.every((item, index) => {
    const place = places[index] as JsonValue | undefined;
    const wanted = isObject(place) ? place : others;
    return wanted === undefined || fits(item, wanted);
  });
}

function membersFit(value: JsonObject, schema: JsonObject): boolean {
  const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  if (!required.every((name) => typeof name !== "string" || Object.hasOwn(value, name))) return false;
  const known = objectAt(schema, "properties") ?? {};
  const others = objectAt(schema, "additionalProperties");
  return Object.entries(value).every(([name, member]) => {
    const wanted = Object.hasOwn(known, name) ? known[name] : others;
    return !isObject(wanted) || fits(member, wanted);
  });
}
