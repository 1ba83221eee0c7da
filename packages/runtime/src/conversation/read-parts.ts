import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@colony/core";
import { z } from "zod";
import { decodeMessage } from "./decode-message.ts";
import { PART_NAME, unreadable } from "./find-seed.ts";
import { readOrdinaryFile, utf8 } from "./read-file.ts";
import { SeedReading } from "./seed-reading.ts";

/** A part file that holds JSON, and the place in the conversation that it claims. */
interface Part {
  readonly name: string;
  readonly seq: number;
  readonly json: unknown;
}

/**
 * The messages of a folder of part files, in the order of their numbers: the field `seq`, and where that is missing
 * the file's name. Numbers may have gaps; of two parts with one number the first by name counts.
 */
export async function readParts(folder: string, signal: AbortSignal | undefined): Promise<SeedReading> {
  const reading = new SeedReading();
  const parts: Part[] = [];
  for (const name of await list(folder)) {
    signal?.throwIfAborted();
    if (!PART_NAME.test(name)) {
      reading.drop(name, notAPart(name));
      continue;
    }
    try {
      const json: unknown = JSON.parse(utf8(await readOrdinaryFile(join(folder, name), signal)));
      parts.push({ name, seq: seqOf(json) ?? Number.parseInt(name, 10), json });
      if (hasWrongSeq(json))
        reading.mend(name, 'its "seq" is no whole number; the number in its name was taken');
    } catch (error) {
      signal?.throwIfAborted();
      reading.drop(name, `cannot be read: ${messageOf(error)}`);
    }
  }
  const taken = new Map<number, string>();
  for (const { name, seq, json } of parts.toSorted((a, b) => a.seq - b.seq)) {
    const first = taken.get(seq);
    if (first !== undefined) {
      reading.drop(name, `has the number ${seq}, as ${first} has, which was taken`);
      continue;
    }
    taken.set(seq, name);
    reading.take(name, (nameOf) => decodeMessage(json, nameOf));
  }
  return reading;
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    throw unreadable(folder, `cannot list (${messageOf(error)})`, error);
  }
}

const notAPart = (name: string): string =>
  /\.te?mp\b|~$|^\..*\.json/.test(name)
    ? "is a temporary file of a write that never finished"
    : "is no part file: those are named with ten digits and .json";

const Seq = z.object({ seq: z.number().int().nonnegative() });
const seqOf = (json: unknown): number | undefined => Seq.safeParse(json).data?.seq;

const AnySeq = z.object({ seq: z.unknown() });
/** An absent or null number is only missing; any other value was meant to be one. */
const hasWrongSeq = (json: unknown): boolean =>
  (AnySeq.safeParse(json).data?.seq ?? undefined) !== undefined && seqOf(json) === undefined;
