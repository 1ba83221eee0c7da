import { z } from "zod";

/** What may stand in an event: a value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A JSON object, for bags of named values. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Border check for any JSON value. */
export const JsonValueSchema: z.ZodType<JsonValue> = z.json();

/** Border check for a JSON object. */
export const JsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), JsonValueSchema);

/**
 * The same text for the same value, whatever order its keys were written in. Used to compare a repeated input with the
 * first one under its idempotency key.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === undefined) return "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/** Whether two values are the same as canonical JSON. Used to notice that a model repeats a tool call. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, index) => isSameJson(each, b[index]))
    );
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  for (const key of Object.keys(a)) if (!isSameMember(a, b, key)) return false;
  for (const key of Object.keys(b)) if (!Object.hasOwn(a, key) && b[key] !== undefined) return false;
  return true;
}

/** A member that is undefined is as one that is not there. */
function isSameMember(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  key: string,
): boolean {
  const other = Object.hasOwn(b, key) ? b[key] : undefined;
  return a[key] === undefined || other === undefined ? a[key] === other : isSameJson(a[key], other);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/**
 * Whether values lie in one another deeper than so many levels. What is recorded is walked through by many that call
 * themselves for each level, and none of them may run out of stack.
 */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const member of members) if (isDeeperThan(levels - 1, member)) return true;
  return false;
}
