import type { Message } from "@colony/core";
import { requireMessages } from "./given.ts";

/** A conversation with one message on each line, in our own shape; `readSeed` reads it back to the same messages. Throws `usage.invalid`. */
export function toJsonl(messages: readonly Message[]): string {
  requireMessages(messages);
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}
