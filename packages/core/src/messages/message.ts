import { z } from "zod";
import { CallId, InputId } from "../ids.ts";
import { JsonObjectSchema, JsonValueSchema } from "../json.ts";

/** Where a user message came from. A `report` is data from a worker, never an instruction of a person. */
export const MessageOrigin = z.enum([
  "task",
  "chat",
  "report",
  "correction",
  "answer",
  "question",
  "trigger",
  "system",
  "seed",
]);
export type MessageOrigin = z.infer<typeof MessageOrigin>;

/** A file that goes to the model with a user message. `data` is base64. */
export const FilePart = z
  .object({ mediaType: z.string(), data: z.string(), name: z.string().optional() })
  .readonly();
export type FilePart = z.infer<typeof FilePart>;

/**
 * The files that can be told to a model, of what stands in the place of files: logs of earlier releases may hold anything
 * there, and an agent must be able to go on with the rest of its conversation.
 */
export function readableFiles(files: unknown): readonly FilePart[] {
  if (files === undefined) return NO_FILES;
  return Array.isArray(files) ? files.filter((file) => FilePart.safeParse(file).success) : NO_FILES;
}

const NO_FILES: readonly FilePart[] = [];

/**
 * Names that a foreign conversation format gave a message and that we keep for the way back, unread; and in an answer that is
 * handed out, which of its calls wait for people.
 */
const meta = JsonObjectSchema.optional();

/** What a provider wants to get back unchanged with a part (signatures of reasoning, item ids). */
const providerMetadata = JsonObjectSchema.optional();

export const UserMessage = z
  .object({
    role: z.literal("user"),
    origin: MessageOrigin,
    text: z.string(),
    files: z.array(FilePart).readonly().optional(),
    inputIds: z.array(InputId).readonly().optional(),
    meta,
  })
  .readonly();
/** What an agent was told: a task, an input, or several reports that were waiting together. */
export type UserMessage = z.infer<typeof UserMessage>;

export const TextPart = z.object({ type: z.literal("text"), text: z.string(), providerMetadata }).readonly();
/** What a model said. */
export type TextPart = z.infer<typeof TextPart>;

export const ReasoningPart = z
  .object({ type: z.literal("reasoning"), text: z.string(), providerMetadata })
  .readonly();
/** What a model thought, where its provider tells. */
export type ReasoningPart = z.infer<typeof ReasoningPart>;

export const ToolCallPart = z
  .object({
    type: z.literal("tool-call"),
    callId: CallId,
    name: z.string(),
    /** The parsed input, or the text as the model wrote it where that is not JSON (`malformed`). */
    input: JsonValueSchema,
    malformed: z.literal(true).optional(),
    providerMetadata,
  })
  .readonly();
/** A tool call that a model asks for. What became of it stands elsewhere. */
export type ToolCallPart = z.infer<typeof ToolCallPart>;

export const AssistantPart = z.discriminatedUnion("type", [TextPart, ReasoningPart, ToolCallPart]);
/** One part of what a model answered. */
export type AssistantPart = z.infer<typeof AssistantPart>;

export const AssistantMessage = z
  .object({ role: z.literal("assistant"), parts: z.array(AssistantPart).readonly(), meta })
  .readonly();
/** What a model answered, in the order it said it. */
export type AssistantMessage = z.infer<typeof AssistantMessage>;

/** `unknown`: it began, and nobody can tell whether it took effect. */
export const ToolResultStatus = z.enum(["ok", "error", "unknown", "cancelled", "denied"]);
export type ToolResultStatus = z.infer<typeof ToolResultStatus>;

/** Where a body that is too large to show lies whole. */
export const BlobRef = z.object({ sha256: z.string(), sizeBytes: z.number() }).readonly();
export type BlobRef = z.infer<typeof BlobRef>;

export const ToolResult = z
  .object({
    status: ToolResultStatus,
    /** What the model is shown. */
    output: JsonValueSchema,
    /** The whole output, where `output` is only a preview of it. */
    blob: BlobRef.optional(),
    meta,
  })
  .readonly();
/** The one outcome of a tool call. */
export type ToolResult = z.infer<typeof ToolResult>;

export const ToolMessage = z
  .object({ role: z.literal("tool"), callId: CallId, name: z.string(), result: ToolResult })
  .readonly();
/** A tool's outcome as a message of its own; only seeds and exports have these. */
export type ToolMessage = z.infer<typeof ToolMessage>;

export const Message = z.discriminatedUnion("role", [UserMessage, AssistantMessage, ToolMessage]);
/** One message of a conversation as it travels: in a seed, an export, or an event. */
export type Message = z.infer<typeof Message>;

/** The text of an answer without its reasoning and calls. */
export function textOf(message: AssistantMessage): string {
  let text = "";
  for (const part of message.parts) if (part.type === "text") text += part.text;
  return text;
}
