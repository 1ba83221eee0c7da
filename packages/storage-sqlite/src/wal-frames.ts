import { closeSync, openSync, readSync } from "node:fs";

/** https://www.sqlite.org/fileformat2.html#walformat */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LITTLE_ENDIAN_SUMS = 0x377f0682;

type Sums = readonly [number, number];

/**
 * Whether a transaction stands in a write-ahead log behind the frames that are known, or in their place: somebody else
 * has written it. Reads the file itself, as it would be read after a crash.
 */
export function hasMoreThan(path: string, knownFrames: number): boolean {
  const file = openSync(path, "r");
  const bytesAt = (position: number, length: number): Buffer | undefined => {
    const bytes = Buffer.alloc(length);
    return readSync(file, bytes, 0, length, position) === length ? bytes : undefined;
  };
  try {
    const header = bytesAt(0, HEADER_BYTES);
    if (header === undefined) return knownFrames > 0;
    const salts = header.subarray(16, 24);
    const isLittle = header.readUInt32BE(0) === LITTLE_ENDIAN_SUMS;
    const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
    const frameAt = (number: number, length: number): Buffer | undefined => {
      const frame = bytesAt(HEADER_BYTES + (number - 1) * frameBytes, length);
      return frame?.subarray(8, 16).equals(salts) === true ? frame : undefined;
    };
    const newest = knownFrames === 0 ? header : frameAt(knownFrames, FRAME_HEADER_BYTES);
    // The log has been begun anew, and not by whoever knows of these frames.
    if (newest === undefined) return true;
    let sums = sumsIn(newest, newest.length - 8);
    for (let number = knownFrames + 1; ; number += 1) {
      const frame = frameAt(number, frameBytes);
      if (frame === undefined) return false;
      sums = summed(
        frame.subarray(FRAME_HEADER_BYTES),
        summed(frame.subarray(0, 8), sums, isLittle),
        isLittle,
      );
      const stored = sumsIn(frame, 16);
      if (sums[0] !== stored[0] || sums[1] !== stored[1]) return false;
      const isCommit = frame.readUInt32BE(4) > 0;
      if (isCommit) return true;
    }
  } finally {
    closeSync(file);
  }
}

function sumsIn(bytes: Buffer, at: number): Sums {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function summed(bytes: Buffer, [first, second]: Sums, isLittle: boolean): Sums {
  let [a, b] = [first, second];
  const word = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + word(at) + b) >>> 0;
    b = (b + word(at + 4) + a) >>> 0;
  }
  return [a, b];
}
