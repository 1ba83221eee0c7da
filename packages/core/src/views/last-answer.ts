import { textOf } from "../messages/message.ts";
import type { AgentState } from "../state/agent-state.ts";

/** The text of the newest answer with any text in this execution; null where there is none. */
export function lastAnswer({ conversation, execution }: AgentState): string | null {
  const start = execution?.startsAt ?? 0;
  for (let index = conversation.length - 1; index >= start; index -= 1) {
    const entry = conversation[index];
    if (entry?.role !== "assistant") continue;
    const text = textOf(entry).trim();
    if (text !== "") return text;
  }
  return null;
}
