import type { JsonObject, JsonValue } from "@colony/core";

/**
 * The input with each value that is plainly the right one in the wrong clothes put right, as the schema wants it: "3" for
 * 3, "true" for true, an object written as a string, a single value where a list is wanted, null for what may be left
 * out. Anything doubtful is left as it is, for the schema to refuse.
 */
export function coerce(value: JsonValue, schema: JsonObject): JsonValue {
  const types = typesOf(schema);
  if (typeof value === "string") return fromText(value, types, schema);
  if (Array.isArray(value)) {
    const items = objectAt(schema, "items");
    return items === undefined ? value : value.map((item) => coerce(item as JsonValue, items));
  }
  if (typeof value === "object" && value !== null) return properties(value as JsonObject, schema);
  if (typeof value === "number" && types.has("string") && !types.has("number") && !types.has("integer"))
    return String(value);
  return wrapped(value, types, schema);
}

function typesOf(schema: JsonObject): ReadonlySet<string> {
  const { type } = schema;
  const own = Array.isArray(type) ? type : [type];
  const branches = ["anyOf", "oneOf"].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
  const inner = branches.flatMap((branch) => (isObject(branch) ? [...typesOf(branch)] : []));
  return new Set([...own, ...inner].filter((name): name is string => typeof name === "string"));
}

function fromText(text: string, types: ReadonlySet<string>, schema: JsonObject): JsonValue {
  if (types.has("string")) return text;
  const trimmed = text.trim();
  if ((types.has("number") || types.has("integer")) && trimmed !== "" && Number.isFinite(Number(trimmed)))
    return Number(trimmed);
  if (types.has("boolean") && /^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === "true";
  if (types.has("null") && (trimmed === "" || trimmed === "null")) return null;
  if ((types.has("object") && trimmed.startsWith("{")) || (types.has("array") && trimmed.startsWith("["))) {
    try {
      const parsed = JSON.parse(trimmed) as JsonValue;
      return typeof parsed === "string" ? parsed : coerce(parsed, schema);
    } catch {
      return text;
    }
  }
  return wrapped(text, types, schema);
}

function wrapped(value: JsonValue, types: ReadonlySet<string>, schema: JsonObject): JsonValue {
  if (!types.has("array") || types.size > 1 || value === null) return value;
  const items = objectAt(schema, "items");
  return [items === undefined ? value : coerce(value, items)];
}

function properties(value: JsonObject, schema: JsonObject): JsonValue {
  const known = objectAt(schema, "properties");
  if (known === undefined) return value;
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  const entries = Object.entries(value).flatMap(([name, member]): readonly (readonly [string, JsonValue])[] => {
    const wanted = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!isObject(wanted)) return [[name, member]];
    if (member === null && !required.has(name) && !typesOf(wanted).has("null")) return [];
    return [[name, coerce(member, wanted)]];
  });
  return Object.fromEntries(entries);
}

function objectAt(schema: JsonObject, key: string): JsonObject | undefined {
  const value = schema[key];
  return isObject(value) ? value : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
