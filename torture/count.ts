import { readFileSync } from "node:fs";
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
  const missing = [...accepted].filter((text) => !said.includes(text)).length;
  return {
    broken: checkPromises(events),
    rows: [
      free("events in the log", events.length),
      free("inputs accepted", accepted.size),
      free("executions given up, killed three times in the same work", givenUp(events).size),
      row("  accepted and never delivered", missing, 0),
      row("  delivered twice", said.length - new Set(said).size, 0),
      free("workers spawned", spawned.length),
      row("  spawned twice", spawned.length - new Set(spawned).size, 0),
      row("  inputs with more or fewer than three", unevenly(events, texts), 0),
      row("  reported", new Set(reported).size, spawned.length),
      row("  reported twice", reported.length - new Set(reported).size, 0),
      row("reports in the overseer's conversation", new Set(reportsDelivered).size, reported.length),
      row("  in it twice", reportsDelivered.length - new Set(reportsDelivered).size, 0),
      free("effects that may happen once", ran.length),
      row("  happened twice", ran.length - new Set(ran).size, 0),
      free("  said to be in doubt", unknown),
    ],
  };
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

/** How many inputs set other than three workers going, without having been given up on the way. */
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
  return [...texts.keys()].filter((inputId) => (workers.get(inputId) ?? 0) !== 3 && !excused.has(inputId))
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
