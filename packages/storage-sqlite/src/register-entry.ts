import { crc32 } from "node:zlib";
import { corrupt } from "./event-row.ts";

/** What events are filed under, and the number or text of it. Numbers are those of `names`. */
export type Heading =
  | readonly [what: "agent" | "recipient" | "type" | "correlation", key: number]
  | readonly [what: "execution", key: string];

/** The events of one batch that belong under one heading, as the register has them. */
export interface Entry {
  /** Seq of the newest. */
  readonly upto: number;
  /** The first seq, then how much each next one is greater, as a JSON array: seqs that stand together are short. */
  readonly seqs: string;
  /** Over the heading and the rest. */
  readonly crc: number;
}

/** The entry for these seqs, which rise. */
export function entryOf(heading: Heading, seqs: readonly number[]): Entry {
  let before = 0;
  let text = "";
  for (const seq of seqs) {
    text += `${text === "" ? "[" : ","}${seq - before}`;
    before = seq;
  }
  text += "]";
  return { upto: before, seqs: text, crc: checksumOf(heading, before, text) };
}

/** The seqs of an entry, rising. Throws `log.corrupt` where it is not as it was written. */
export function seqsOf(heading: Heading, { upto, seqs, crc }: Entry): readonly number[] {
  if (checksumOf(heading, upto, seqs) !== crc)
    throw corrupt(undefined, `what the register says of its ${heading[0]} has changed since it was written`);
  const gaps = JSON.parse(seqs) as number[];
  let seq = 0;
  return gaps.map((gap) => (seq += gap));
}

function checksumOf(heading: Heading, upto: number, seqs: string): number {
  return crc32(`${heading[0]}\n${heading[1]}\n${upto}\n${seqs}`) | 0;
}
