import type { JsonValue } from "@colony/core";

/** JSON that may say half of a surrogate pair: whole ones are seldom written so. */
const HALF = /\\u[dD][89a-fA-F]/;

/**
 * Reads JSON in whose texts no half of a surrogate pair is left, as where a text was cut in the middle of an emoji: some providers
 * refuse every request that has one. Throws what `JSON.parse` throws.
 */
export function parsedWellFormed(json: string): JsonValue {
  return (HALF.test(json) ? JSON.parse(json, wellFormed) : JSON.parse(json)) as JsonValue;
}

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
