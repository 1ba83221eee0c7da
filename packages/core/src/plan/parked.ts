import type { AgentState } from "../state/agent-state.ts";
import { openCalls } from "./open-calls.ts";

/** Whether all that is left of an answer's calls waits for people. */
export function waitsForPeople(state: AgentState): boolean {
  const calls = openCalls(state);
  return calls.length > 0 && calls.every(({ status }) => status === "waiting");
}

/** Whether an execution that waits with nobody at work on it has something to go on with. */
export function canGoOn(state: AgentState): boolean {
  const { record, execution, inbox } = state;
  if (execution === null || execution.cancel !== null) return true;
  if (record.execution?.phase === "awaiting_reports") return inbox.length > 0;
  return inbox.some(({ mode }) => mode === "interrupt") || !waitsForPeople(state);
}
