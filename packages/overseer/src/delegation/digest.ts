import { createHash } from "node:crypto";

/** Letters and digits that are not mistaken for each other. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The same 60 bits for the same text, short enough to be read aloud. Ids that follow from a call are made with it. */
export function digest(text: string): string {
  const bytes = createHash("sha256").update(text).digest();
  return Array.from({ length: 12 }, (_, index) => ALPHABET[(bytes[index] ?? 0) % 32]).join("");
}
