import type { ColonyEvent, EventType } from "@colony/core";
import { requireGiven } from "../given.ts";
import { checkCalls } from "./check-calls.ts";
import { checkInputs } from "./check-inputs.ts";
import { prunedUpTo, prunings } from "./check-pruned.ts";
import { checkSpawns } from "./check-spawns.ts";
import { checkTriggers } from "./check-triggers.ts";
import { grouped } from "./grouped.ts";

const ENDS: ReadonlySet<EventType> = new Set([
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
]);

/**
 * Holds the raw events of a colony at rest against what Colony promises, and says each broken promise in words. It
 * shares no code with what it checks: it reads events, counts, and compares.
 */
export function checkPromises(events: readonly ColonyEvent[]): readonly string[] {
  requireGiven("what checkPromises looks at", events, "events");
  return [
    ...positions(events),
    ...checkSpawns(events),
    ...executions(events),
    ...checkInputs(events),
    ...checkCalls(events),
    ...notifications(events),
    ...afterTheEnd(events),
    ...checkTriggers(events),
    ...prunings(events),
  ];
}

/** Seqs rise; versions have no gap but where an agent's history has been pruned. */
function positions(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const versions = new Map<string, number>();
  const pruned = prunedUpTo(events);
  let seq = 0;
  for (const event of events) {
    if (event.seq <= seq) problems.push(`seq ${event.seq} comes after ${seq}`);
    seq = event.seq;
    const expected = (versions.get(event.agentId) ?? 0) + 1;
    const isPruned = event.version > expected && event.version <= (pruned.get(event.agentId) ?? 0);
    if (event.version !== expected && !isPruned) problems.push(`${event.id} should be version ${expected}`);
    versions.set(event.agentId, event.version);
  }
  return problems;
}

/** One end for each execution, and for a worker's one report right with it. */
function executions(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const workers = new Set(
    events.flatMap((event) =>
      event.type === "AGENT_SPAWNED" && event.data.kind === "worker" ? [event.agentId] : [],
    ),
  );
  const last = grouped(events, (event) =>
    ENDS.has(event.type) || event.type === "SUBAGENT_REPORT" ? [event.executionId ?? ""] : [],
  );
  for (const queued of events) {
    if (queued.type !== "EXECUTION_QUEUED") continue;
    const id = `${queued.agentId}.${queued.data.number}`;
    const own = last.get(id) ?? [];
    const ends = own.filter((event) => ENDS.has(event.type));
    const reports = own.filter((event) => event.type === "SUBAGENT_REPORT");
    if (ends.length !== 1) problems.push(`execution ${id} has ${ends.length} ends`);
    const wanted = workers.has(queued.agentId) ? 1 : 0;
    if (reports.length !== wanted)
      problems.push(`execution ${id} has ${reports.length} reports instead of ${wanted}`);
    const [end] = ends;
    const [report] = reports;
    if (end !== undefined && report !== undefined && report.version !== end.version + 1)
      problems.push(`the report of ${id} does not stand in the commit of its end`);
  }
  return problems;
}

/**
 * A person is told of reports that they asked for and of no others, until one try is taken or the last one has failed; so
 * tries are counted on, and nothing follows upon the last.
 */
function notifications(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const asked = new Set(
    events.flatMap((event) =>
      event.type === "AGENT_SPAWNED" && event.data.notify === true ? [event.agentId] : [],
    ),
  );
  const due = new Map<string, { readonly tries: number; readonly open: boolean }>();
  for (const event of events) {
    if (event.type === "SUBAGENT_REPORT" && asked.has(event.agentId) && event.data.status !== "cancelled")
      due.set(event.id, { tries: 0, open: true });
    if (event.type !== "NOTIFICATION_SENT" && event.type !== "NOTIFICATION_FAILED") continue;
    const { notificationId: id, attempt } = event.data;
    const notice = due.get(id);
    if (notice === undefined) problems.push(`${event.type} ${event.id} is of nothing that was to be told`);
    else if (!notice.open) problems.push(`${event.type} ${event.id} comes after the last word on ${id}`);
    else if (attempt !== notice.tries + 1)
      problems.push(`${event.type} ${event.id} is try ${attempt} after ${notice.tries}`);
    const open = event.type === "NOTIFICATION_FAILED" && event.data.retryAt !== null;
    due.set(id, { tries: attempt, open });
  }
  return problems;
}

/** Nothing happens in an execution that has ended, nor to an agent that is closed, but what waits for neither. */
function afterTheEnd(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const ended = new Set<string>();
  const closed = new Set<string>();
  const behindTheClose: ReadonlySet<EventType> = new Set([
    "PROCESS_EXITED",
    "NOTIFICATION_SENT",
    "NOTIFICATION_FAILED",
    "INPUT_DISCARDED",
    "AGENT_DISMISSED",
    "AGENT_REMOVED",
  ]);
  const harmless: ReadonlySet<EventType> = new Set([
    "SUBAGENT_REPORT",
    "INPUT_DISCARDED",
    "AGENT_CLOSED",
    "PROCESS_EXITED",
  ]);
  const removed = new Set<string>();
  for (const event of events) {
    if (removed.has(event.agentId) && (event.type === "AGENT_REMOVED" || event.type === "AGENT_REOPENED"))
      problems.push(`${event.type} ${event.id} comes after the agent was removed`);
    if (event.type === "AGENT_REMOVED") removed.add(event.agentId);
    if (event.type === "AGENT_REOPENED" && !closed.delete(event.agentId))
      problems.push(`${event.type} ${event.id} is of an agent that was not closed`);
    if (closed.has(event.agentId) && !behindTheClose.has(event.type))
      problems.push(`${event.type} ${event.id} comes after the agent was closed`);
    if (event.executionId !== undefined && ended.has(event.executionId) && !harmless.has(event.type))
      problems.push(`${event.type} ${event.id} comes after its execution ended`);
    if (ENDS.has(event.type) && event.executionId !== undefined) ended.add(event.executionId);
    if (event.type === "AGENT_CLOSED") closed.add(event.agentId);
  }
  return problems;
}
