import type { AgentState, ToolCallState } from "../state/agent-state.ts";

const NONE: readonly ToolCallState[] = [];

/** The calls of the newest answer that have no outcome yet, in the order in which the model asked for them. */
export function openCalls({ conversation, execution }: AgentState): readonly ToolCallState[] {
  const start = execution?.startsAt ?? 0;
  for (let index = conversation.length - 1; index >= start; index -= 1) {
    const entry = conversation[index];
    if (entry?.role === "assistant") return callsWith(entry.calls, isOpen);
  }
  return NONE;
}

/**
 * Those of some calls that are so: mostly none of them or all, and then nothing new is made. Where there are many, it is
 * mostly all from one on, since they are made in their order.
 */
export function callsWith(
  calls: readonly ToolCallState[],
  isSo: (call: ToolCallState) => boolean,
): readonly ToolCallState[] {
  const first = calls.findIndex(isSo);
  if (first === -1) return NONE;
  const rest = first === 0 ? calls : calls.slice(first);
  return rest.every(isSo) ? rest : rest.filter(isSo);
}

function isOpen({ status }: ToolCallState): boolean {
  return status !== "done";
}
