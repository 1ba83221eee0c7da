import { ColonyError, type AgentRecord } from "@colony/core";
import type { Parts } from "../parts.ts";
import { unknownAgent } from "../unknown-agent.ts";

/** What is known of an agent that was asked for. Throws `agent.not_found` where there is none, or it was removed. */
export function recordOf(record: AgentRecord | undefined, asked: string): AgentRecord {
  if (record !== undefined && record.removed !== true) return record;
  throw unknownAgent(asked);
}

/** A worker by id, name, or unique start of an id. Throws `agent.not_found` and, for the overseer, `agent.not_a_worker`. */
export function workerNamed({ ledger }: Pick<Parts, "ledger">, asked: string): AgentRecord {
  return requireWorker(recordOf(ledger.index.find(asked), asked), asked);
}

/** Throws `agent.not_a_worker` for the overseer. */
export function requireWorker(record: AgentRecord, asked: string): AgentRecord {
  if (record.kind === "worker") return record;
  throw new ColonyError(
    "agent.not_a_worker",
    `agent "${asked}" is the overseer and no worker; it is had as colony.overseer`,
  );
}

/**
 * The worker that is meant where none is named: of those that are open and not dismissed, the one to which something happened
 * last; of several, the one that was spawned last. Throws `agent.target_required`.
 */
export function latestWorker(
  { ledger: { index } }: Pick<Parts, "ledger">,
  sees: (agent: AgentRecord) => boolean = () => true,
): AgentRecord {
  let latest: AgentRecord | undefined;
  for (const id of index.open()) {
    const record = index.get(id);
    if (record?.kind !== "worker" || record.dismissed === true || !sees(record)) continue;
    if (latest === undefined || record.updatedAt >= latest.updatedAt) latest = record;
  }
  if (latest !== undefined) return latest;
  throw new ColonyError(
    "agent.target_required",
    "no worker was named, and none is open; name one, or spawn one first",
  );
}
