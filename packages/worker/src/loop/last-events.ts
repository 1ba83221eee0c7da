import type { ColonyEvent, ExecutionEnd } from "@colony/core";

/** Events with which an execution has come to its end. */
export const ENDS: ReadonlyMap<ColonyEvent["type"], ExecutionEnd> = new Map([
  ["EXECUTION_COMPLETED", "completed"],
  ["EXECUTION_FAILED", "failed"],
  ["EXECUTION_CANCELLED", "cancelled"],
  ["EXECUTION_TIMED_OUT", "timed_out"],
  ["EXECUTION_LOST", "lost"],
]);

/** What people have said may let a call run. */
export const RESOLVED: ReadonlySet<ColonyEvent["type"]> = new Set(["QUESTION_ANSWERED", "APPROVAL_RESOLVED"]);

/** Whether the execution waits for others now, with nobody at work on it. */
export function hasLetGo(events: readonly ColonyEvent[]): boolean {
  for (const { type, data } of events)
    if (type === "EXECUTION_PAUSED" && data.reason !== "shutdown") return true;
  return false;
}
