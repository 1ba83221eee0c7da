import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Larger files are refused: a conversation is text, and what is larger is something else. */
const MAX_FILE_MEBIBYTES = 64;

/**
 * The bytes of an ordinary file. Rejects with a sentence for anything else (a pipe would block for ever) and for
 * files over the limit, and with the system's error where the file cannot be read.
 */
export async function readOrdinaryFile(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = await handle.stat();
  if (!stat.isFile()) throw new Error("it is not an ordinary file");
  if (stat.size > MAX_FILE_MEBIBYTES * 1024 * 1024) {
    throw new Error(`it has ${stat.size} bytes, and files over ${MAX_FILE_MEBIBYTES} MB are refused`);
  }
  return await handle.readFile(signal === undefined ? {} : { signal });
}

/** The text of UTF-8 bytes without a byte order mark. Throws where they are something else. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
