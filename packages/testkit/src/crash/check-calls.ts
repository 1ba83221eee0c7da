import type { ColonyEvent } from "@colony/core";
import { grouped } from "./grouped.ts";

/** Holds what agents asked for (tools, models, processes) against what Colony promises of calls. */
export function checkCalls(events: readonly ColonyEvent[]): readonly string[] {
  return [
    ...toolCalls(events),
    ...begunAgain(events),
    ...refusedSpawns(events),
    ...modelCalls(events),
    ...processes(events),
  ];
}

/** Each call has one outcome. */
function toolCalls(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const ends = grouped(events, (event) =>
    event.type === "TOOL_CALL_COMPLETED" || event.type === "TOOL_OUTCOME_UNKNOWN"
      ? [`${event.agentId} ${event.data.callId}`]
      : [],
  );
  for (const asked of events) {
    if (asked.type !== "MESSAGE_APPENDED" || asked.data.message.role !== "assistant") continue;
    for (const part of asked.data.message.parts) {
      if (part.type !== "tool-call") continue;
      const outcomes = ends.get(`${asked.agentId} ${part.callId}`)?.length ?? 0;
      if (outcomes !== 1) problems.push(`call ${part.callId} of ${asked.agentId} has ${outcomes} outcomes`);
    }
  }
  return problems;
}

/**
 * A call begins once, and again only where another host has taken its execution up since: then the one before may have died in
 * the middle of it. What `reconcile` said before a call with effect once began again is not recorded; only the world knows.
 */
function begunAgain(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const takenUp = new Map<string, number>();
  const begun = new Map<string, number>();
  const settled = new Set<string>();
  for (const event of events) {
    const { agentId, type, version } = event;
    if (type === "EXECUTION_STARTED") takenUp.set(agentId, version);
    if (event.type === "TOOL_CALL_COMPLETED" || event.type === "TOOL_OUTCOME_UNKNOWN")
      settled.add(`${agentId} ${event.data.callId}`);
    if (event.type !== "TOOL_CALL_STARTED") continue;
    const { callId } = event.data;
    const key = `${agentId} ${callId}`;
    const before = begun.get(key);
    if (settled.has(key)) problems.push(`call ${callId} of ${agentId} begins after its outcome`);
    else if (before !== undefined && before > (takenUp.get(agentId) ?? 0))
      problems.push(`call ${callId} of ${agentId} begins again, and no other host has taken it up since`);
    begun.set(key, version);
  }
  return problems;
}

/** A call that was refused its workers says so once, right before its outcome. */
function refusedSpawns(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  for (const refused of events) {
    if (refused.type !== "SPAWN_REFUSED") continue;
    const { agentId, executionId, version, data } = refused;
    const next = events.find((event) => event.agentId === agentId && event.version === version + 1);
    const isOutcome = next?.type === "TOOL_CALL_COMPLETED" && next.data.callId === data.callId;
    if (!isOutcome || next.executionId !== executionId)
      problems.push(`${refused.id} does not stand right before the outcome of call ${data.callId}`);
  }
  return problems;
}

/** A model call begins once, and is answered or failed, once. */
function modelCalls(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const ends = grouped(events, (event) =>
    event.type === "MODEL_CALL_COMPLETED" || event.type === "MODEL_CALL_FAILED" ? [event.data.callId] : [],
  );
  const begun = new Set<string>();
  for (const began of events) {
    if (began.type !== "MODEL_CALL_STARTED") continue;
    const { callId } = began.data;
    const outcomes = ends.get(callId)?.length ?? 0;
    if (begun.has(callId)) problems.push(`model call ${callId} begins a second time`);
    else if (outcomes !== 1) problems.push(`model call ${callId} has ${outcomes} outcomes`);
    begun.add(callId);
  }
  return problems;
}

/** Each process that was started has one end. */
function processes(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const exits = grouped(events, (event) => (event.type === "PROCESS_EXITED" ? [event.data.processId] : []));
  for (const started of events) {
    if (started.type !== "PROCESS_STARTED") continue;
    const { processId } = started.data;
    const ends = exits.get(processId)?.length ?? 0;
    if (ends !== 1) problems.push(`process ${processId} has ${ends} ends`);
  }
  return problems;
}
