import type { AgentState, ToolCallState } from "../state/agent-state.ts";

const NONE: readonly ToolCallState[] = [];

/** The calls of the newest answer that have no outcome yet, in the order in which the model asked for them. */
export function openCalls({ conversation, execution }: AgentState): readonly ToolCallState[] {
  const start = execution?.startsAt ?? 0;
  for (let index = conversation.length - 1; index >= start; index -= 1) {
    const entry = conversation[index];
    if (entry?.role === "assistant") return entry.calls.some(isOpen) ? entry.calls.filter(isOpen) : NONE;
  }
  return NONE;
}

function isOpen({ status }: ToolCallState): boolean {
  return status !== "done";
}
