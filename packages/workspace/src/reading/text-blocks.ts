import type { Ground } from "../paths/confine.ts";
import type { RawPath } from "../paths/raw-path.ts";
import { isBinary } from "./measure-file.ts";
import { openFile } from "./open-file.ts";

/** Some whole lines of a file. */
export interface TextBlock {
  /** Number of the first of them, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

const CHUNK_BYTES = 128 * 1024;
/** A line is cut after this many bytes; what follows counts as part of the same line and is not looked at. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** How a text file is read. */
export interface BlockReading {
  readonly signal: AbortSignal;
  /** Given one block after the other, until it wants no more. */
  readonly onBlock: (block: TextBlock) => "go_on" | "stop";
}

/** Streams a text file in blocks of whole lines, decoded as UTF-8. Of a binary file no block is given. */
export async function readBlocks(
  ground: Ground,
  path: RawPath,
  { signal, onBlock }: BlockReading,
): Promise<"text" | "binary"> {
  await using handle = await openFile(ground, path);
  let firstLine = 1;
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; ;) {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
    const chunk = buffer.subarray(0, bytesRead);
    if (position === 0 && isBinary(chunk)) return "binary";
    if (bytesRead === 0) {
      if (rest.length > 0) onBlock({ firstLine, lines: [rest.toString("utf8")] });
      return "text";
    }
    position += bytesRead;
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      if (rest.length < MAX_LINE_BYTES) rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const lines = Buffer.concat([rest, chunk.subarray(0, end)])
      .toString("utf8")
      .split("\n");
    if (onBlock({ firstLine, lines }) === "stop") return "text";
    firstLine += lines.length;
    rest = chunk.subarray(end + 1);
  }
}
