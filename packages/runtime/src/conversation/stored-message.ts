import {
  BlobRef,
  FilePart,
  InputId,
  JsonObjectSchema,
  JsonValueSchema,
  MessageOrigin,
  ToolResultStatus,
  type JsonObject,
} from "@colony/core";
import { z } from "zod";

const providerMetadata = JsonObjectSchema.optional();

/** How the parts of an answer follow each other, where `content` and `tool_calls` cannot say it. */
const LayoutEntry = z.discriminatedUnion("type", [
  /** The next so many UTF-16 units of `content`. */
  z.object({ type: z.literal("text"), length: z.number().int().nonnegative(), providerMetadata }),
  z.object({ type: z.literal("reasoning"), text: z.string(), providerMetadata }),
  /** The next of `thinking_blocks`. */
  z.object({ type: z.literal("thinking-block") }),
  /** The next of `tool_calls`; `exactly` where its arguments read as something else than they are. */
  z.object({
    type: z.literal("tool-call"),
    exactly: z.object({ input: JsonValueSchema, malformed: z.literal(true).optional() }).optional(),
    providerMetadata,
  }),
]);
/** One step of a layout. */
export type LayoutEntry = z.infer<typeof LayoutEntry>;

/** A file of a user message: whole, or the next of `image_content`, perhaps under a name. */
const StoredFile = z.union([FilePart, z.object({ image: z.literal("next"), name: z.string().optional() })]);
export type StoredFile = z.infer<typeof StoredFile>;

/** The one field that we add to a part: what the other fields cannot say. Loaders that do not know it ignore it. */
export const ColonyField = z.object({
  origin: MessageOrigin.optional(),
  inputIds: z.array(InputId).optional(),
  files: z.array(StoredFile).optional(),
  layout: z.array(LayoutEntry).optional(),
  name: z.string().optional(),
  status: ToolResultStatus.optional(),
  /** `content` is the JSON text of an output that is no string. */
  output: z.literal("json").optional(),
  blob: BlobRef.optional(),
  /** Kept names that would be taken for the part's own fields. */
  meta: JsonObjectSchema.optional(),
});
export type ColonyField = z.infer<typeof ColonyField>;

/** The field as a part has it, or no field where there is nothing to say. */
export const colonyIn = (field: ColonyField): { readonly colony?: JsonObject } =>
  Object.keys(field).length === 0 ? {} : { colony: JsonObjectSchema.parse(field) };

/**
 * A message as Hive's part files and OpenAI's API write it: flat, with `content` beside `tool_calls`. Only the fields
 * that mean something to us are named; the rest is kept.
 */
export const StoredMessage = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(JsonObjectSchema)]).nullish(),
  tool_use_id: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  /** Checked one by one: a broken call does not cost the whole message. */
  tool_calls: z.array(JsonValueSchema).nullish(),
  is_error: z.boolean().nullish(),
  name: JsonValueSchema.optional(),
  image_content: JsonValueSchema.optional(),
  thinking_blocks: JsonValueSchema.optional(),
  colony: JsonValueSchema.optional(),
});
export type StoredMessage = z.infer<typeof StoredMessage>;
