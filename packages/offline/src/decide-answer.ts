import type { ModelRequest } from "@colony/core";
import { say, type Answer } from "./answer.ts";
import { readConversation } from "./conversation/conversation.ts";
import { overseerAnswer } from "./overseer/overseer-rules.ts";
import { offeredTools } from "./conversation/offered-tools.ts";
import { NO_TOOLS_WORDS } from "./overseer/words.ts";
import { workerAnswer } from "./worker/worker-rules.ts";

/** The answer to a request: pure, from the request alone. Which tools there are says which role is to be played. */
export function decideAnswer(request: Pick<ModelRequest, "prompt" | "tools">): Answer {
  const conversation = readConversation(request);
  // A worker that may spawn helpers has both tools; only workers have a parent.
  if (conversation.tools.has("report_to_parent")) return workerAnswer(conversation, offeredTools(request));
  if (conversation.tools.has("spawn_workers")) return overseerAnswer(conversation);
  return say(NO_TOOLS_WORDS);
}
