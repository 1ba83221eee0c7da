import { z } from "zod";
import { AssistantMessage, UserMessage } from "../messages/message.ts";

/** What is said. Tool outcomes are not here: TOOL_CALL_COMPLETED is their place in the conversation. */
export const conversationEvents = {
  MESSAGE_APPENDED: z.object({ message: z.discriminatedUnion("role", [UserMessage, AssistantMessage]) }),
} as const;
