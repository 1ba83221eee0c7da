import { existsSync, readFileSync, readdirSync } from "node:fs";
import type { ColonyEvent } from "@colony/core";
import { openColonyReader } from "@colony/runtime";
import { checkPromises } from "@colony/testkit";

/** One line of the table: what was counted, and whether it is as promised. */
export interface Row {
  readonly what: string;
  readonly count: number;
  readonly promised: string;
  readonly kept: boolean;
}

/** Counts from outside: the raw events, the file of effects, and what the person was told was accepted. */
export async function count(options: {
  readonly dir: string;
  readonly effects: string;
  readonly accepted: ReadonlySet<string>;
  readonly kills: number;
}): Promise<{ readonly rows: readonly Row[]; readonly broken: readonly string[] }> {
  const events = await eventsOf(options.dir);
  const { accepted } = options;
  const texts = new Map<string, string>();
  for (const event of events)
    if (event.type === "INPUT_RECEIVED") texts.set(event.data.inputId, event.data.text);
  const delivered = events.flatMap((event) =>
    event.type === "INPUT_DELIVERED" && event.agentId === "overseer" ? event.data.inputIds : [],
  );
  const said = delivered.flatMap((id) => texts.get(id) ?? []);
  const spawned = ids(events, "AGENT_SPAWNED").filter((id) => id !== "overseer");
  const reported = ids(events, "SUBAGENT_REPORT");
  const reportsDelivered = delivered.filter((id) => !texts.has(id));
  const ran = readFileSync(options.effects, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const unknown = events.filter(({ type }) => type === "TOOL_OUTCOME_UNKNOWN").length;
  const row = (what: string, number: number, promised: number): Row => ({
    what,
    count: number,
    promised: String(promised),
    kept: number === promised,
  });
  const free = (what: string, number: number): Row => ({ what, count: number, promised: "", kept: true });
  const opened = ids(events, "COLONY_OPENED").length;
  const missing = [...accepted].filter((text) => !said.includes(text)).length;
  return {
    broken: checkPromises(events),
    rows: [
      free("times opened", opened),
      free("  killed at work", opened - 1),
      free("  killed before that, while opening", options.kills - (opened - 1)),
      free("most workers at work at once", mostAtOnce(events)),
      free("events in the log", events.length),
      free("inputs accepted", accepted.size),
      free("executions given up, killed again and again in the same work", givenUp(events).size),
      row("  accepted and never delivered", missing, 0),
      row("  delivered twice", said.length - new Set(said).size, 0),
      free("workers spawned", spawned.length),
      row("  spawned twice", spawned.length - new Set(spawned).size, 0),
      row("  inputs with more or fewer than six", unevenly(events, texts), 0),
      row("  reported", new Set(reported).size, spawned.length),
      row("  reported twice", reported.length - new Set(reported).size, 0),
      free("workers whose histories were pruned", pruned(events).length),
      row("  pruned twice", pruned(events).length - new Set(pruned(events)).size, 0),
      row("reports in the overseer's conversation", new Set(reportsDelivered).size, reported.length),
      row("  in it twice", reportsDelivered.length - new Set(reportsDelivered).size, 0),
      free("effects that may happen once", ran.length),
      row("  happened twice", ran.length - new Set(ran).size, 0),
      free("  said to be in doubt", unknown),
      free("programs run by tools", ids(events, "PROCESS_STARTED").length),
      row("  without a recorded end", unended(events), 0),
      row("  still running", stillRunning(options.dir).length, 0),
    ],
  };
}

function pruned(events: readonly ColonyEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "HISTORY_PRUNED" ? event.data.agents.map(({ agentId }) => agentId) : [],
  );
}

/** The peak of workers that one process had at work. */
function mostAtOnce(events: readonly ColonyEvent[]): number {
  const atWork = new Set<string>();
  let most = 0;
  for (const { type, agentId } of events) {
    if (type === "EXECUTION_STARTED" && agentId !== "overseer") atWork.add(agentId);
    if (type === "COLONY_OPENED") atWork.clear();
    if (type === "SUBAGENT_REPORT") atWork.delete(agentId);
    most = Math.max(most, atWork.size);
  }
  return most;
}

/** Programs whose end no event tells. */
function unended(events: readonly ColonyEvent[]): number {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === "PROCESS_STARTED") open.add(event.data.processId);
    if (event.type === "PROCESS_EXITED") open.delete(event.data.processId);
  }
  return open.size;
}

/** Pids of processes that carry the mark of this torture, as the system tells them: on Linux, elsewhere none is seen. */
function stillRunning(dir: string): readonly string[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc").filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`COLONY_TORTURE=${dir}\0`)
      );
    } catch {
      // It has ended meanwhile, or is somebody else's.
      return false;
    }
  });
}

/** Executions that were killed so often in the middle of the same work that they ended as unrecoverable. */
function givenUp(events: readonly ColonyEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) =>
      event.type === "EXECUTION_FAILED" && event.data.cause === "unrecoverable"
        ? (event.executionId ?? [])
        : [],
    ),
  );
}

/** How many inputs set other than six workers going, without having been given up on the way. */
function unevenly(events: readonly ColonyEvent[], texts: ReadonlyMap<string, string>): number {
  const workers = new Map<string, number>();
  const ended = givenUp(events);
  const excused = new Set<string>();
  for (const event of events) {
    const { correlationId = "" } = event;
    if (event.type === "AGENT_SPAWNED" && event.agentId !== "overseer")
      workers.set(correlationId, (workers.get(correlationId) ?? 0) + 1);
    if (event.type === "INPUT_DELIVERED" && ended.has(event.executionId ?? ""))
      for (const inputId of event.data.inputIds) excused.add(inputId);
  }
  return [...texts.keys()].filter((inputId) => (workers.get(inputId) ?? 0) !== 6 && !excused.has(inputId))
    .length;
}

function ids(events: readonly ColonyEvent[], type: ColonyEvent["type"]): readonly string[] {
  return events.filter((event) => event.type === type).map(({ agentId }) => agentId);
}

async function eventsOf(dir: string): Promise<readonly ColonyEvent[]> {
  await using reader = await openColonyReader({ dir });
  const events: ColonyEvent[] = [];
  for await (const event of reader.feed({ until: reader.head() })) events.push(event);
  return events;
}
