import { createHash } from "node:crypto";
import type { AgentId } from "@colony/core";
import { FIRST_WORDS, SECOND_WORDS } from "./alias-words.ts";

/** What is given as a name by those who leave it to the colony. */
export const AUTO_NAME = "auto";

/**
 * Names that are easy to say, for one agent, in the order in which they are tried: two words that follow from its id, then
 * the same with a number. The same id gives the same ones each time.
 */
export function* aliasesOf(id: AgentId): Generator<string, never> {
  const bytes = createHash("sha256").update(id).digest();
  const first = FIRST_WORDS[bytes.readUInt32BE(0) % FIRST_WORDS.length] ?? "";
  const second = SECOND_WORDS[bytes.readUInt32BE(4) % SECOND_WORDS.length] ?? "";
  const alias = `${first}-${second}`;
  yield alias;
  for (let number = 2; ; number += 1) yield `${alias}-${number}`;
}
