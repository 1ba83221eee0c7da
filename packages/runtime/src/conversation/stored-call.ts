import { createHash } from "node:crypto";
import {
  CallId,
  JsonValueSchema,
  MAX_JSON_DEPTH,
  isDeeperThan,
  type JsonObject,
  type JsonValue,
  type ToolCallPart,
} from "@colony/core";
import { z } from "zod";

const StoredCall = z.object({
  id: z.string().min(1),
  function: z.object({ name: z.string().min(1), arguments: JsonValueSchema.nullish() }),
});

/** A call of `tool_calls` as a part of an answer, or undefined where it has no id or names no tool. */
export function callOf(value: JsonValue): ToolCallPart | undefined {
  const parsed = StoredCall.safeParse(value);
  if (!parsed.success) return undefined;
  const { id, function: called } = parsed.data;
  return { type: "tool-call", callId: callIdOf(id), name: called.name, ...inputOf(called.arguments ?? "") };
}

/** A call as `tool_calls` has it. */
export const storedCall = (part: ToolCallPart): JsonObject => ({
  id: part.callId,
  type: "function",
  function: { name: part.name, arguments: argumentsOf(part) },
});

/**
 * The id as it is, or a shorter one that is always the same for the same id: some gateways write whole signatures
 * into their call ids.
 */
export function callIdOf(id: string): CallId {
  const whole = CallId.safeParse(id);
  if (whole.success) return whole.data;
  return CallId.parse(`call_${createHash("sha256").update(id).digest("hex").slice(0, 40)}`);
}

/** Arguments as the model wrote them. None at all means a call without input. */
function inputOf(written: JsonValue): Pick<ToolCallPart, "input" | "malformed"> {
  if (typeof written !== "string") return { input: written };
  if (written.trim() === "") return { input: {} };
  try {
    const input: unknown = JSON.parse(written);
    if (!isDeeperThan(MAX_JSON_DEPTH, input)) return { input: JsonValueSchema.parse(input) };
  } catch {
    // As it was written.
  }
  return { input: written, malformed: true };
}

const argumentsOf = ({ input, malformed }: ToolCallPart): string =>
  malformed === true && typeof input === "string" ? input : JSON.stringify(input);
