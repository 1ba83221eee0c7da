import type { AgentRecord, AgentState, ExecutionId } from "@colony/core";

/** How an agent stood when its run began: all that is kept of its record, as thousands may be at work. */
export interface Standing {
  readonly version: number | undefined;
  readonly pendingInputs: number | undefined;
  readonly executionId: ExecutionId | undefined;
  readonly attempt: number;
}

export function standingOf(record: AgentRecord | undefined): Standing {
  const { version, pendingInputs, execution } = record ?? {};
  return { version, pendingInputs, executionId: execution?.id, attempt: execution?.attempt ?? 0 };
}

/** Whether anything has happened to the agent since. */
export function hasMoved(record: AgentRecord | undefined, before: Standing): boolean {
  return record?.version !== before.version || record?.pendingInputs !== before.pendingInputs;
}

/** Whether another host has taken an execution up meanwhile. Taking it back would never come to an end. */
export function isTakenOver(
  { record, execution }: Partial<AgentState>,
  before: Standing,
  host: string | undefined,
): boolean {
  // It may have come to its end there already.
  const by = execution?.host ?? host;
  if (host === undefined || by === host) return false;
  const is = record?.execution;
  return is?.id !== before.executionId || (is?.attempt ?? 0) > before.attempt;
}
