import type { EventType } from "@colony/core";

/** Events after which something may have to be done about an agent. */
export const NEWS: readonly EventType[] = [
  "EXECUTION_QUEUED",
  "INPUT_RECEIVED",
  "QUESTION_ASKED",
  "QUESTION_ANSWERED",
  "APPROVAL_RESOLVED",
  "SUBAGENT_REPORT",
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
  "AGENT_CLOSED",
  "AGENT_REOPENED",
  "DISPATCH_BLOCKED",
  "DISPATCH_UNBLOCKED",
];
