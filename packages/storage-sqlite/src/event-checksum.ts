import { crc32 } from "node:zlib";
import type { PlainCells, RareCells, StoredRow } from "./event-row.ts";

/** The checksums of names, by their numbers. */
export interface NameSums {
  /** That of the name of a number; 0 where there is no such name. */
  sumOf(no: number): number;
}

/** What no number of a row is taken for. */
const NONE = 0x9e37_79b9;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/**
 * The checksum of a row, signed, to be short. It is taken over what the row means, so that a name that changed is noticed
 * too. As it is needed for each event that is written or read, the numbers are mixed as such, one after the other in a way that
 * loses nothing of any, and only the data is gone through byte by byte.
 */
export function checksumOf(plain: PlainCells | StoredRow, rare: RareCells, names: NameSums): number {
  // Adding nothing makes of minus zero the zero that SQLite stores.
  double[0] = plain[4] + 0;
  let sum = mixed(mixed(plain[0], plain[0] / 0x1_0000_0000), plain[2]);
  sum = mixed(mixed(sum, halves[0] ?? 0), halves[1] ?? 0);
  sum = mixed(mixed(mixed(sum, plain[5]), names.sumOf(plain[1])), names.sumOf(plain[3]));
  sum = mixed(sum, plain[6] ?? NONE);
  if (rare[0] !== null) sum = mixed(sum, nameSumOf(rare[0]));
  sum = mixed(mixed(sum, sumOrNone(plain[7], names)), sumOrNone(rare[3], names));
  sum = mixed(sum, rare[1] ?? NONE);
  if (rare[2] !== null) sum = mixed(sum, nameSumOf(rare[2]));
  return crc32(rare[4] ?? plain[8] ?? "", sum >>> 0) | 0;
}

function sumOrNone(no: number | null, names: NameSums): number {
  return no === null ? NONE : names.sumOf(no);
}

/** The checksum of a name. */
export function nameSumOf(name: string): number {
  return crc32(name) | 0;
}

/** Whatever one of the two is changed to, the outcome is another one. */
function mixed(sum: number, number: number): number {
  const product = Math.imul(sum ^ number, 0x85eb_ca6b);
  return product ^ (product >>> 15);
}

/** An event as the first releases looked at it. */
export interface FormerMeaning {
  readonly seq: number;
  readonly agentId: string;
  readonly version: number;
  readonly type: string;
  readonly at: number;
  readonly v: number;
  readonly executionId: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly recipient: string | undefined;
}

/** The checksum that rows were given before the third schema. */
export function formerChecksumOf(meaning: FormerMeaning, stored: string): number {
  const { seq, agentId, version, type, at, v, executionId, correlationId, causationId, recipient } = meaning;
  const head = `${seq}\n${agentId}\n${version}\n${type}\n${at}\n${v}\n${executionId}\n${correlationId}\n${causationId}\n${recipient}\n`;
  return crc32(head + stored) | 0;
}
