import { JsonObjectSchema, Message, messageOf, type JsonObject } from "@colony/core";
import type { z } from "zod";
import { readAssistantMessage } from "./assistant-message.ts";
import { ColonyField, StoredMessage } from "./stored-message.ts";
import { readToolMessage } from "./tool-message.ts";
import { readUserMessage } from "./user-message.ts";

/** A message with what was left out of it, or why it is none. */
export type Decoded =
  | { readonly message: Message; readonly notes: readonly string[] }
  | { readonly reason: string };

/**
 * One stored message, in Hive's or OpenAI's flat shape, as ours. `nameOf` tells the tool of an earlier call, which
 * these shapes do not repeat in the result.
 */
export function decodeMessage(json: unknown, nameOf: (callId: string) => string | undefined): Decoded {
  try {
    const record = JsonObjectSchema.safeParse(json);
    return record.success ? decodeRecord(record.data, nameOf) : { reason: "is not a JSON object" };
  } catch (error) {
    // JSON that is nested deeper than the stack allows.
    return { reason: `cannot be taken: ${messageOf(error)}` };
  }
}

/** The same for our own shape, which JSONL exports have. */
export function decodeOwnMessage(json: unknown): Decoded {
  try {
    const parsed = Message.safeParse(json);
    return parsed.success ? { message: parsed.data, notes: [] } : { reason: wrongShape(parsed.error) };
  } catch (error) {
    return { reason: `cannot be taken: ${messageOf(error)}` };
  }
}

function decodeRecord(record: JsonObject, nameOf: (callId: string) => string | undefined): Decoded {
  const parsed = StoredMessage.safeParse(record);
  if (!parsed.success) return { reason: wrongShape(parsed.error) };
  const stored = parsed.data;
  if (stored.role === "system" || stored.role === "developer") {
    return { reason: `has the role "${stored.role}"; an agent's instructions come from its definition` };
  }
  const field = ColonyField.safeParse(stored.colony ?? {});
  const colony = field.data ?? {};
  const notes = field.success ? [] : ['its "colony" field was not understood and left aside'];
  const hasCalls = stored.role === "assistant" && (stored.tool_calls ?? []).length > 0;
  if ((stored.content ?? undefined) === undefined && !hasCalls) return { reason: 'has no "content"' };
  switch (stored.role) {
    case "user":
      return { message: readUserMessage(record, stored, colony), notes };
    case "assistant": {
      const read = readAssistantMessage(record, stored, colony);
      return { message: read.message, notes: [...notes, ...read.notes] };
    }
    case "tool": {
      const message = readToolMessage(record, stored, { colony, nameOf });
      return message === undefined
        ? { reason: 'is a tool result without "tool_use_id"' }
        : { message, notes };
    }
    default:
      return { reason: `has the role "${stored.role}"; expected user, assistant or tool` };
  }
}

const wrongShape = (error: z.ZodError): string => {
  const [issue] = error.issues;
  const path = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  return `has the wrong shape${path}: ${issue?.message ?? error.message}`;
};
