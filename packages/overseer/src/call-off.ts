import { isEnded, type AgentId, type AgentRecord, type ExecutionCause } from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/** Who stops, and why. */
export interface StopReason {
  readonly cause: ExecutionCause;
  readonly by: string;
  readonly reason: string | null;
  /** The agent does nothing more after that. */
  readonly close?: true | undefined;
}

/** Whether an execution of the agent waits or runs. */
export function isAtWork(record: AgentRecord | undefined): boolean {
  const execution = record?.execution ?? null;
  return execution !== null && !isEnded(execution.status);
}

/**
 * Calls off what one agent is doing. The intent is durable first, so that it holds over a restart. Whoever runs the agent in
 * this process ends it; where nobody does, its end is recorded here. An end that came first stands.
 */
export async function callOff(
  { ledger, isRunning }: { readonly ledger: Ledger; readonly isRunning: (id: AgentId) => boolean },
  id: AgentId,
  why: StopReason,
): Promise<void> {
  await ledger.execute(id, [{ type: "execution.cancel", ...why }]);
  if (isRunning(id) || !isAtWork(ledger.index.get(id))) return;
  const error = why.reason === null ? null : { code: "execution.cancelled", message: why.reason };
  await ledger.execute(id, [{ type: "execution.end", end: "cancelled", cause: why.cause, error }]);
}
