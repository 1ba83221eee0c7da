import { randomBytes } from "node:crypto";
import type { IdSource } from "@colony/core";

/** Letters and digits that are not mistaken for each other; 32 of them, so five bits each. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Random ids of 60 bits, short enough to be read aloud. */
export function createSystemIds(): IdSource {
  return {
    next(prefix) {
      let id = `${prefix}-`;
      for (const byte of randomBytes(12)) id += ALPHABET[byte % 32];
      return id;
    },
  };
}
