import { isDeepStrictEqual } from "node:util";
import {
  readableFiles,
  type FilePart,
  type JsonObject,
  type JsonValue,
  type MessageOrigin,
  type UserMessage,
} from "@colony/core";
import { contentOf, listIn } from "./content.ts";
import { imageBlock, isForeignBlocks, isImage, sortBlocks } from "./images.ts";
import { givenBack, keptNames, usedNames } from "./kept-names.ts";
import { colonyIn, type ColonyField, type StoredFile, type StoredMessage } from "./stored-message.ts";

/** Hive's flags for where a user message came from; the first that is set counts. */
const FLAGS: readonly (readonly [MessageOrigin, string])[] = [
  ["chat", "is_client_input"],
  ["trigger", "is_trigger"],
  ["system", "is_system_reminder"],
];

/** A stored user message as ours. Its origin is `seed` where no flag of Hive's tells it. */
export function readUserMessage(record: JsonObject, stored: StoredMessage, colony: ColonyField): UserMessage {
  const origin = colony.origin ?? flaggedOrigin(record);
  const content = contentOf(stored);
  const images = listIn(stored.image_content);
  const blocks = sortBlocks([...(images ?? []), ...content.blocks]);
  const placed = colony.files === undefined ? undefined : placeFiles(colony.files, blocks.files);
  const files = placed ?? (blocks.files.length === 0 ? undefined : blocks.files);
  const consumed = FLAGS.filter(([of, flag]) => of === origin && record[flag] === true).map(
    ([, flag]) => flag,
  );
  return {
    role: "user",
    origin,
    text: content.text,
    ...(files !== undefined && { files }),
    ...(colony.inputIds !== undefined && { inputIds: colony.inputIds }),
    ...keptNames(record, {
      used: usedNames(
        ...(images === undefined && stored.image_content !== null ? [] : ["image_content"]),
        ...consumed,
      ),
      hidden: colony.meta,
      ...(blocks.others.length > 0 && { extra: { image_content: blocks.others } }),
    }),
  };
}

/** A user message as a part has it. */
export function storeUserMessage(message: UserMessage): JsonObject {
  const flags = FLAGS.filter(([origin]) => origin === message.origin).map(([, flag]) => flag);
  const files = message.files === undefined ? undefined : readableFiles(message.files);
  const images = (files ?? []).filter(isImage).map(imageBlock);
  const foreign = message.meta?.["image_content"];
  const free = isForeignBlocks(foreign);
  const back = givenBack(message.meta, usedNames(...(free ? [] : ["image_content"]), ...flags));
  const blocks: readonly JsonValue[] = free ? [...images, ...foreign] : images;
  const part: JsonObject = {
    role: "user",
    content: message.text,
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...back.plain,
    ...(blocks.length > 0 && { image_content: blocks }),
  };
  const colony: ColonyField = {
    ...(flaggedOrigin(part) !== message.origin && { origin: message.origin }),
    ...(message.inputIds !== undefined && { inputIds: [...message.inputIds] }),
    ...filesField(files, blocks),
    ...(back.hidden !== undefined && { meta: back.hidden }),
  };
  return { ...part, ...colonyIn(colony) };
}

const flaggedOrigin = (record: JsonObject): MessageOrigin =>
  FLAGS.find(([, flag]) => record[flag] === true)?.[0] ?? "seed";

/** What the blocks do not tell about the files: names, order, files that are no pictures, an empty list. */
function filesField(
  files: readonly FilePart[] | undefined,
  blocks: readonly JsonValue[],
): { readonly files?: StoredFile[] } {
  const told = sortBlocks(blocks).files;
  if (isDeepStrictEqual(files, told.length === 0 ? undefined : told)) return {};
  return {
    files: (files ?? []).map((file) =>
      isImage(file) ? { image: "next", ...(file.name !== undefined && { name: file.name }) } : file,
    ),
  };
}

/** The files in their order, or undefined where the pictures are no longer those that were written. */
function placeFiles(
  stored: readonly StoredFile[],
  images: readonly FilePart[],
): readonly FilePart[] | undefined {
  const left = images.values();
  const files: FilePart[] = [];
  for (const entry of stored) {
    if (!("image" in entry)) {
      files.push(entry);
      continue;
    }
    const next = left.next().value;
    if (next === undefined) return undefined;
    files.push({ ...next, ...(entry.name !== undefined && { name: entry.name }) });
  }
  return left.next().done === true ? files : undefined;
}
