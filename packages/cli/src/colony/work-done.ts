import { activeMs, type AgentId, type AgentRecord, type AgentState, type ExecutionId } from "@colony/core";
import type { Colony, ColonyReader } from "@colony/runtime";
import { NO_WORK, type WorkDone } from "../render/agent-words.ts";

/** A colony whose agents can be looked at. */
interface WorkPlace extends Pick<ColonyReader, "feed" | "head"> {
  agents(): readonly AgentRecord[];
  stateOf(id: AgentId): Promise<AgentState>;
}

const ENDS = [
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
] as const;

/** What each agent has done in all its executions, the one under way included; who has done nothing is not in it. */
async function workDone(
  place: WorkPlace,
  moment: { readonly now: number; readonly isPaused?: boolean },
): Promise<ReadonlyMap<AgentId, WorkDone>> {
  const underWay = new Map<ExecutionId, readonly [AgentId, WorkDone]>();
  for (const { id, execution } of place.agents()) {
    if (execution === null || execution.endedAt !== null || execution.startedAt === null) continue;
    const state = await place.stateOf(id);
    underWay.set(execution.id, [id, newestWork(state, moment)]);
  }
  const done = new Map<AgentId, WorkDone>();
  const add = (id: AgentId, { turns, ms }: WorkDone): void => {
    const before = done.get(id) ?? NO_WORK;
    done.set(id, { turns: before.turns + turns, ms: before.ms + ms });
  };
  for await (const { agentId, executionId, data } of place.feed({
    query: { types: ENDS },
    until: place.head(),
  })) {
    // It may have ended since it was looked at.
    if (executionId !== undefined) underWay.delete(executionId);
    if ("activeMs" in data) add(agentId, { turns: data.turns, ms: data.activeMs });
  }
  for (const [id, work] of underWay.values()) add(id, work);
  return done;
}

/** The same of a colony that is looked at. */
export function workDoneIn(
  reader: ColonyReader,
  moment: { readonly now: number; readonly isPaused?: boolean },
): Promise<ReadonlyMap<AgentId, WorkDone>> {
  return workDone(
    placeOf(reader, (id) => reader.agent(id)),
    moment,
  );
}

/** The same of a colony that is open here. */
export function workDoneBy(colony: Colony, now: number): Promise<ReadonlyMap<AgentId, WorkDone>> {
  return workDone(
    placeOf(colony, (id) => colony.agent(id).state()),
    { now },
  );
}

function placeOf(
  colony: Pick<ColonyReader, "feed" | "head" | "agents">,
  stateOf: WorkPlace["stateOf"],
): WorkPlace {
  return {
    feed: (options) => colony.feed(options),
    head: () => colony.head(),
    agents: () => colony.agents(),
    stateOf,
  };
}

/** What the newest execution of an agent has done. Work that nobody goes on with stands where it last got anything done. */
function newestWork(
  state: AgentState,
  { now, isPaused = false }: { readonly now: number; readonly isPaused?: boolean },
): WorkDone {
  const until = isPaused ? (state.execution?.lastStepAt ?? 0) : now;
  return { turns: state.record.execution?.turns ?? 0, ms: activeMs(state, until) };
}
