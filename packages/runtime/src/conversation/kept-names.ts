import type { JsonObject } from "@colony/core";

/** Fields that carry a message's meaning in any role; a kept name never stands in their place. */
const COMMON = [
  "seq",
  "role",
  "content",
  "tool_use_id",
  "tool_call_id",
  "tool_calls",
  "is_error",
  "colony",
] as const;

/** The fields of a stored message that mean nothing to us, for the message's `meta`. */
export function keptNames(
  record: JsonObject,
  options: {
    readonly used: readonly string[];
    readonly hidden: JsonObject | undefined;
    readonly extra?: JsonObject;
  },
): { readonly meta?: JsonObject } {
  const meta = { ...without(record, options.used), ...options.extra, ...options.hidden };
  return Object.keys(meta).length === 0 && options.hidden === undefined ? {} : { meta };
}

/**
 * The way back: `plain` stands in the part under its own name; `hidden` goes into the colony field, because its names
 * are those of the part's own fields, or because only the fact that there was an empty `meta` is to be kept.
 */
export function givenBack(
  meta: JsonObject | undefined,
  used: readonly string[],
): { readonly plain: JsonObject; readonly hidden?: JsonObject } {
  if (meta === undefined) return { plain: {} };
  const plain = without(meta, used);
  const hidden = without(meta, Object.keys(plain));
  const nothing = Object.keys(hidden).length === 0 && Object.keys(plain).length > 0;
  return nothing ? { plain } : { plain, hidden };
}

/** The names that a role's own fields take up. */
export const usedNames = (...own: readonly string[]): readonly string[] => [...COMMON, ...own];

const without = (record: JsonObject, names: readonly string[]): JsonObject => {
  const gone = new Set(names);
  return Object.fromEntries(Object.entries(record).filter(([name]) => !gone.has(name)));
};
