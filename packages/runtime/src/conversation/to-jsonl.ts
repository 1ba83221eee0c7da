import type { Message } from "@colony/core";

/** A conversation with one message on each line, in our own shape; `readSeed` reads it back to the same messages. */
export function toJsonl(messages: readonly Message[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}
