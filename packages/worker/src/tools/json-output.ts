import { MAX_JSON_DEPTH, isDeeperThan, messageOf, type JsonValue } from "@colony/core";

/** A value as JSON, with the text of it; or why it has none. */
export type JsonOutput = { readonly value: JsonValue; readonly text: string } | { readonly problem: string };

/** What a tool returned, as it can be recorded: a copy, so that nobody changes it afterwards. Big integers become their digits. */
export function jsonOutput(value: unknown): JsonOutput {
  if (typeof value === "string") {
    const text = value.toWellFormed();
    return { value: text, text };
  }
  try {
    const text = JSON.stringify(value, digits) as string | undefined;
    if (text === undefined) return { problem: `it returned a ${typeof value}` };
    const copy = JSON.parse(text) as JsonValue;
    if (isDeeperThan(MAX_JSON_DEPTH, copy)) return { problem: TOO_DEEP };
    return { value: copy, text };
  } catch (error) {
    const why = messageOf(error);
    return { problem: why.startsWith("Maximum call stack") ? TOO_DEEP : (why.split("\n", 1)[0] ?? "") };
  }
}

const TOO_DEEP = `it is nested more than ${MAX_JSON_DEPTH} levels deep`;

function digits(_key: string, member: unknown): unknown {
  return typeof member === "bigint" ? member.toString() : member;
}
