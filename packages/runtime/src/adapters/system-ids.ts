import { randomFillSync } from "node:crypto";
import type { IdSource } from "@colony/core";

/** Letters and digits that are not mistaken for each other; 32 of them, so five bits each. */
const ALPHABET = Buffer.from("0123456789abcdefghjkmnpqrstvwxyz", "latin1");

/** Characters of an id behind its prefix. */
const LENGTH = 12;

/** Random bytes are fetched for this many ids at a time: fetching costs more than the bytes. */
const FETCHED = 100;

/** Random ids of 60 bits, short enough to be read aloud. */
export function createSystemIds(): IdSource {
  const pool = Buffer.alloc(LENGTH * FETCHED);
  const id = Buffer.alloc(LENGTH);
  let used = pool.length;
  return {
    next(prefix) {
      if (used === pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      for (let place = 0; place < LENGTH; place += 1)
        id[place] = ALPHABET[(pool[used + place] ?? 0) % 32] ?? 0;
      used += LENGTH;
      return `${prefix}-${id.toString("latin1")}`;
    },
  };
}
