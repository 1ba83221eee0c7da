import { messageOf } from "@colony/core";
import { z } from "zod";
import { decodeMessage, decodeOwnMessage, type Decoded } from "./decode-message.ts";
import { unreadable } from "./find-seed.ts";
import { readOrdinaryFile, utf8 } from "./read-file.ts";
import { SeedReading } from "./seed-reading.ts";

const LINE_FEED = 0x0a;

/** The messages of a file with one of them on each line. Empty lines do not count. */
export async function readJsonl(file: string, signal: AbortSignal | undefined): Promise<SeedReading> {
  const reading = new SeedReading();
  let number = 0;
  for (const line of linesOf(await bytesOf(file, signal))) {
    number += 1;
    const where = `line ${number}`;
    try {
      const text = utf8(line);
      if (text.trim() === "") continue;
      const json: unknown = JSON.parse(text);
      reading.take(where, (nameOf) => decodeLine(json, nameOf));
    } catch (error) {
      reading.drop(where, `cannot be read: ${messageOf(error)}`);
    }
  }
  return reading;
}

const Own = z.union([
  z.object({ role: z.literal("user"), text: z.string() }),
  z.object({ role: z.literal("assistant"), parts: z.array(z.unknown()) }),
  z.object({ role: z.literal("tool"), result: z.object({}) }),
]);
const Flat = z.union([z.object({ content: z.unknown() }), z.object({ tool_calls: z.unknown() })]);

/** A line has our own shape where it has the body of one and not that of the other. */
function decodeLine(json: unknown, nameOf: (callId: string) => string | undefined): Decoded {
  const own = Own.safeParse(json).success && !Flat.safeParse(json).success;
  return own ? decodeOwnMessage(json) : decodeMessage(json, nameOf);
}

async function bytesOf(file: string, signal: AbortSignal | undefined): Promise<Buffer> {
  try {
    return await readOrdinaryFile(file, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(file, `cannot read (${messageOf(error)})`, error);
  }
}

/** The lines as bytes, so that one that is not UTF-8 does not spoil the others. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, start);
    yield bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1) return;
    start = end + 1;
  }
}
