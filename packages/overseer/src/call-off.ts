import { ColonyError, isEnded, type AgentId, type AgentRecord, type ExecutionCause } from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import type { Supervisor } from "./supervisor/supervisor.ts";

/** Who stops, and why. */
export interface StopReason {
  readonly cause: ExecutionCause;
  readonly by: string;
  readonly reason: string | null;
  /** The agent does nothing more after that. */
  readonly close?: true | undefined;
  /** What waits for it is kept for when it is opened again. Only with `close`. */
  readonly keepsInbox?: true | undefined;
  /** The letter by which another process asked for it. */
  readonly letterId?: string | undefined;
}

/** Whether an execution of the agent waits or runs. */
export function isAtWork(record: AgentRecord | undefined): boolean {
  const execution = record?.execution ?? null;
  return execution !== null && !isEnded(execution.status);
}

/** Where an agent is called off. */
export interface Place {
  readonly ledger: Ledger;
  readonly supervisor: Pick<Supervisor, "isRunning" | "leftOf">;
}

/**
 * Calls off what one agent is doing. The intent is durable first, so that it holds over a restart. Whoever runs the agent in
 * this process ends it; where nobody does, its end is recorded here. An end that came first stands: then it is false.
 */
export async function callOff({ ledger, supervisor }: Place, id: AgentId, why: StopReason): Promise<boolean> {
  const asked = await ledger.execute(id, [{ type: "execution.cancel", ...why }]);
  if (supervisor.isRunning(id) || !isAtWork(ledger.index.get(id))) return asked.ok;
  const { cause, reason } = why;
  const error = reason === null ? null : { code: "execution.cancelled", message: reason };
  const supersededText = supervisor.leftOf(id);
  await ledger.execute(id, [{ type: "execution.end", end: "cancelled", cause, error, supersededText }]);
  return asked.ok;
}

/**
 * Closes a worker that does nothing, or calls off what it does, with which it closes. It may begin with what waits for it just
 * between the two, and is asked again then. Throws what it is refused with.
 */
export async function shut(place: Place, id: AgentId, why: StopReason): Promise<void> {
  const { cause, reason, keepsInbox, letterId } = why;
  const closing = { type: "agent.close", cause, reason, keepsInbox, letterId } as const;
  for (;;) {
    if (isAtWork(place.ledger.index.get(id)) && (await callOff(place, id, { ...why, close: true }))) return;
    const outcome = await place.ledger.execute(id, [closing]);
    if (outcome.ok) return;
    if (outcome.refusal.code !== "agent.busy") throw ColonyError.from(outcome.refusal);
  }
}
