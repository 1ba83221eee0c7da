import type { JsonObject, Message } from "@colony/core";
import { storeAssistantMessage } from "./assistant-message.ts";
import { storeToolMessage } from "./tool-message.ts";
import { storeUserMessage } from "./user-message.ts";

/** A message as the part file with that number has it. */
export function storeMessage(message: Message, seq: number): JsonObject {
  return { seq, ...flat(message) };
}

function flat(message: Message): JsonObject {
  switch (message.role) {
    case "user":
      return storeUserMessage(message);
    case "assistant":
      return storeAssistantMessage(message);
    case "tool":
      return storeToolMessage(message);
  }
}
