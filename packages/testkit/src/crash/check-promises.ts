import type { ColonyEvent, EventType } from "@colony/core";
import { checkTriggers } from "./check-triggers.ts";
import { prunedUpTo, prunings } from "./check-pruned.ts";

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
  return [
    ...positions(events),
    ...executions(events),
    ...inputs(events),
    ...toolCalls(events),
    ...refusedSpawns(events),
    ...modelCalls(events),
    ...processes(events),
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

/** Each input, and each report as its parent's input, has one fate; what was delivered is said once. */
function inputs(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const mail = new Map<string, string>();
  const keeping = closedWithTheirMail(events);
  for (const event of events) {
    if (event.type === "INPUT_RECEIVED") mail.set(event.data.inputId, event.agentId);
    if (event.type === "SUBAGENT_REPORT" && event.data.parentId !== null)
      mail.set(event.id, event.data.parentId);
  }
  const fates = grouped(events, (event) => inputsOf(event).map((id) => `${event.agentId} ${id}`));
  for (const [inputId, agentId] of mail) {
    const own = fates.get(`${agentId} ${inputId}`) ?? [];
    const delivered = own.filter(({ type }) => type === "INPUT_DELIVERED").length;
    const discarded = own.filter(({ type }) => type === "INPUT_DISCARDED").length;
    const said = own.filter(({ type }) => type === "MESSAGE_APPENDED").length;
    const waits = delivered + discarded === 0 && keeping.has(agentId);
    if (delivered + discarded !== 1 && !waits)
      problems.push(
        `input ${inputId} of ${agentId} was delivered ${delivered} and discarded ${discarded} times`,
      );
    if (said > delivered) problems.push(`input ${inputId} of ${agentId} was said ${said} times`);
  }
  return problems;
}

/** The inputs of which an event tells what became, each as often as it says so. */
function inputsOf(event: ColonyEvent): readonly string[] {
  if (event.type === "INPUT_DELIVERED") return [...new Set(event.data.inputIds)];
  if (event.type === "INPUT_DISCARDED") return [event.data.inputId];
  if (event.type !== "MESSAGE_APPENDED" || event.data.message.role !== "user") return [];
  return [...new Set(event.data.message.inputIds ?? [])];
}

/** Events by what they have to do with; a log of half a million is gone through once for each promise. */
function grouped(
  events: readonly ColonyEvent[],
  keysOf: (event: ColonyEvent) => readonly string[],
): ReadonlyMap<string, readonly ColonyEvent[]> {
  const groups = new Map<string, ColonyEvent[]>();
  for (const event of events)
    for (const key of keysOf(event)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [event]);
      else group.push(event);
    }
  return groups;
}

/** Agents that are closed and have kept what waited for them. */
function closedWithTheirMail(events: readonly ColonyEvent[]): ReadonlySet<string> {
  const keeping = new Set<string>();
  for (const event of events)
    if (event.type === "AGENT_CLOSED" && event.data.keepsInbox === true) keeping.add(event.agentId);
    else if (event.type === "AGENT_REOPENED" || event.type === "AGENT_REMOVED") keeping.delete(event.agentId);
  return keeping;
}

/** Each call has one outcome; one with effect once never begins a second time unless the world said it never happened. */
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

/** A model call that began is answered or failed, once. */
function modelCalls(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const ends = grouped(events, (event) =>
    event.type === "MODEL_CALL_COMPLETED" || event.type === "MODEL_CALL_FAILED" ? [event.data.callId] : [],
  );
  for (const began of events) {
    if (began.type !== "MODEL_CALL_STARTED") continue;
    const outcomes = ends.get(began.data.callId)?.length ?? 0;
    if (outcomes > 1) problems.push(`model call ${began.data.callId} has ${outcomes} outcomes`);
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
