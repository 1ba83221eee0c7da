import type { Ground } from "../paths/confine.ts";
import type { RawPath } from "../paths/raw-path.ts";
import { openFile } from "./open-file.ts";

/** How large a file is, as `wc` counts: a line is a newline character. */
export interface Measure {
  readonly lines: number;
  readonly bytes: number;
  readonly binary: boolean;
}

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;
/** How much of a file is looked at for a zero byte, which is how git tells binary files too. */
const BINARY_PROBE_BYTES = 8_000;

/** Counts a file's bytes and newline characters by streaming it, whatever its size. */
export async function measureFile(ground: Ground, path: RawPath, signal: AbortSignal): Promise<Measure> {
  await using handle = await openFile(ground, path);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let lines = 0;
  let bytes = 0;
  let binary = false;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, bytes);
    if (bytesRead === 0) return { lines, bytes, binary };
    const chunk = buffer.subarray(0, bytesRead);
    if (bytes === 0) binary = isBinary(chunk);
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    bytes += bytesRead;
  }
}

/** Whether the beginning of a file says that it is not text. */
export function isBinary(beginning: Buffer): boolean {
  return beginning.subarray(0, BINARY_PROBE_BYTES).includes(0);
}
