import type { AgentId, AgentIndex, AgentRecord } from "@colony/core";
import { callOff, isAtWork, type Place } from "../call-off.ts";

/** Whether the worker that an agent was to report to is closed: what it finds out would reach nobody. */
export function isOrphan(index: Pick<AgentIndex, "get">, { status, parentId }: AgentRecord): boolean {
  if (status === "closed" || parentId === null) return false;
  const parent = index.get(parentId);
  return parent?.kind === "worker" && parent.lifetime === "ephemeral" && parent.status === "closed";
}

/** Calls off what an orphan does and closes it; those below it follow when it is closed. */
export async function endOrphan(place: Place, id: AgentId): Promise<void> {
  const { ledger, supervisor } = place;
  const record = ledger.index.get(id);
  // Where nobody has it at work, nobody ends it either: whoever called it off may have been killed since.
  const isEnding = record?.execution?.cancelling === true && supervisor.isRunning(id);
  if (record === undefined || isEnding) return;
  const why = { cause: "parent", by: record.parentId ?? "parent", reason: WHY, close: true } as const;
  if (isAtWork(record)) await callOff(place, id, why);
  else await ledger.execute(id, [{ type: "agent.close", cause: "parent" }]);
}

const WHY = "the worker that had spawned it has ended";

/** Whether mail has come for a worker that is closed for good: it is given to nobody, which is to be on record. */
export function hasLateMail(record: AgentRecord | undefined): boolean {
  if (record === undefined || record.removed === true) return false;
  const { status, lifetime, pendingInputs } = record;
  return status === "closed" && lifetime === "ephemeral" && pendingInputs > 0;
}
