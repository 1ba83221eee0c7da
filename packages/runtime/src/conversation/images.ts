import type { FilePart, JsonObject, JsonValue } from "@colony/core";
import { z } from "zod";

const ImageBlock = z.strictObject({
  type: z.literal("image_url"),
  image_url: z.strictObject({ url: z.string() }),
});
const FileBlock = z.object({
  type: z.literal("file"),
  file: z.object({ file_data: z.string(), filename: z.string().optional() }),
});

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,(.*)$/s;

/** Whether a file can stand in `image_content`, where models look for pictures. */
export const isImage = (file: FilePart): boolean => /^image\/[\w.+-]+$/.test(file.mediaType);

/** A picture as Hive and OpenAI write it. Its name is not part of that. */
export const imageBlock = (file: FilePart): JsonObject => ({
  type: "image_url",
  image_url: { url: `data:${file.mediaType};base64,${file.data}` },
});

/** Content blocks by what they are to us: files with their bytes, and the rest (pictures elsewhere, sound). */
export function sortBlocks(blocks: readonly JsonValue[]): SortedBlocks {
  const files: FilePart[] = [];
  const others: JsonValue[] = [];
  for (const block of blocks) {
    const file = fileOf(block);
    if (file === undefined) others.push(block);
    else files.push(file);
  }
  return { files, others };
}

/** Whether all of this is something other than files, so that a part may carry it beside our files. */
export const isForeignBlocks = (value: JsonValue | undefined): value is readonly JsonValue[] =>
  Array.isArray(value) && value.length > 0 && sortBlocks(value).files.length === 0;

/** What content blocks turned out to be. */
interface SortedBlocks {
  readonly files: readonly FilePart[];
  readonly others: readonly JsonValue[];
}

function fileOf(block: JsonValue): FilePart | undefined {
  const image = ImageBlock.safeParse(block);
  if (image.success) return fromDataUrl(image.data.image_url.url);
  const file = FileBlock.safeParse(block);
  return file.success ? fromDataUrl(file.data.file.file_data, file.data.file.filename) : undefined;
}

function fromDataUrl(url: string, name?: string): FilePart | undefined {
  const [, mediaType, data] = DATA_URL.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) return undefined;
  return { mediaType, data, ...(name !== undefined && { name }) };
}
