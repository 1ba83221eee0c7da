import { JsonValueSchema, type JsonObject, type JsonValue } from "@colony/core";
import { z } from "zod";
import type { StoredMessage } from "./stored-message.ts";

/** Content that is plain text, or a list of blocks, told apart. */
interface Content {
  readonly text: string;
  /** Blocks that are not text. */
  readonly blocks: readonly JsonObject[];
}

/** The words of a stored message and whatever stands beside them; several text blocks become several lines. */
export function contentOf(stored: StoredMessage): Content {
  if (typeof stored.content === "string") return { text: stored.content, blocks: [] };
  const blocks = stored.content ?? [];
  const texts = blocks.flatMap((block) => textIn(block) ?? []);
  return { text: texts.join("\n"), blocks: blocks.filter((block) => textIn(block) === undefined) };
}

/** `image_content` with the other blocks of `content` behind it, for roles whose messages hold no files. */
export function withBlocks(imageContent: JsonValue | undefined, content: Content): JsonObject {
  if (content.blocks.length === 0) return {};
  return { image_content: [...(listIn(imageContent) ?? []), ...content.blocks] };
}

/** The value where it is a list. */
export const listIn = (value: JsonValue | undefined): readonly JsonValue[] | undefined =>
  z.array(JsonValueSchema).safeParse(value).data;

const textIn = (block: JsonObject): string | undefined => {
  const text = block["type"] === "text" ? block["text"] : undefined;
  return typeof text === "string" ? text : undefined;
};
