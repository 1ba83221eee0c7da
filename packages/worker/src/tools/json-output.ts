import { MAX_JSON_DEPTH, isDeeperThan, messageOf, type JsonValue } from "@colony/core";
import { isObject } from "./schema-fit.ts";
import { unshowable } from "./unshowable.ts";
import { parsedWellFormed } from "../well-formed.ts";

/** A value as JSON, with the text of it; or why it has none. */
export type JsonOutput = { readonly value: JsonValue; readonly text: string } | { readonly problem: string };

/** What a tool returned, as it can be recorded: a copy, so that nobody changes it afterwards. Big integers become their digits. */
export function jsonOutput(value: unknown): JsonOutput {
  if (typeof value === "string") {
    const text = value.toWellFormed();
    return { value: text, text };
  }
  try {
    const problem = unshowable(value);
    if (problem !== undefined) return { problem };
    const text = textOf(value);
    if (text === undefined) return { problem: `it returned a ${typeof value}` };
    const copy = parsedWellFormed(text);
    if (isDeeperThan(MAX_JSON_DEPTH, copy)) return { problem: TOO_DEEP };
    return { value: copy, text };
  } catch (error) {
    const why = messageOf(error);
    return { problem: why.startsWith("Maximum call stack") ? TOO_DEEP : (why.split("\n", 1)[0] ?? "") };
  }
}

/** Undefined for what is no JSON. Big integers are looked for only where there is one: a look at each member takes twice as long. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, digits);
  }
}

/** A copy of what has been read as JSON, which shares nothing with it. */
export function copyOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(copyOf);
  if (!isObject(value)) return value;
  const copy: Record<string, JsonValue> = { ...value };
  for (const name of Object.keys(copy)) {
    const member = copy[name];
    if (member !== undefined) copy[name] = copyOf(member);
  }
  return copy;
}

const TOO_DEEP = `it is nested more than ${MAX_JSON_DEPTH} levels deep`;

function digits(_key: string, member: unknown): unknown {
  return typeof member === "bigint" ? member.toString() : member;
}
