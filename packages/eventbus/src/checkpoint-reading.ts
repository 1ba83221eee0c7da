import {
  COLONY_STREAM,
  messageOf,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type ColonyId,
  type EventLog,
  type Snapshot,
  type SnapshotStore,
} from "@colony/core";
import { SNAPSHOT_FORMAT } from "./checkpoints.ts";
import type { SavedColony } from "./saved-colony.ts";

/** All that is kept in memory of an agent that has ended. */
export interface EndedAgent {
  readonly record: AgentRecord;
}

/** A checkpoint that can be built upon. */
export interface Checkpoint {
  readonly completeTo: number;
  readonly colony: SavedColony | undefined;
  /** The states of those that are open, the records of those that have ended. */
  readonly agents: readonly (AgentState | EndedAgent)[];
  /** Those of whom it has more: seq up to which all that concerns them is in it, as a checkpoint that was cut off leaves it. */
  readonly ahead: ReadonlyMap<AgentId, number>;
}

/**
 * The checkpoint, or in words why it is of no use. It is used as a whole or not at all, and not where something has been
 * pruned of the log behind it, or where another process completed one while it was read.
 */
export async function readCheckpoint(store: SnapshotStore, log: EventLog): Promise<Checkpoint | string> {
  try {
    const completeTo = await store.completeTo();
    const [pruned] = await log.read({ types: ["HISTORY_PRUNED"], after: completeTo, limit: 1 });
    if (pruned !== undefined)
      return `it reaches to seq ${completeTo}, and histories have been pruned at seq ${pruned.seq}`;
    const head = log.head();
    if (completeTo > head) return `it reaches to seq ${completeTo}, the log only to ${head}`;
    const agents: (AgentState | EndedAgent)[] = [];
    const ahead = new Map<AgentId, number>();
    let colony: SavedColony | undefined;
    let problem: string | undefined;
    await store.visit("all", (snapshot) => {
      const { agentId, format, seq, state } = snapshot;
      if (format !== SNAPSHOT_FORMAT) problem ??= `the snapshot of "${agentId}" is of format "${format}"`;
      else if (seq > (agentId === COLONY_STREAM ? completeTo : head))
        problem ??= `the snapshot of "${agentId}" reaches to seq ${seq}, the checkpoint only to ${completeTo}`;
      else if (isColony(snapshot, state)) colony = state;
      else if (isOpenAgent(snapshot, state, log.colonyId)) agents.push(state);
      else if (isEndedAgent(snapshot, state, log.colonyId)) agents.push(state);
      else problem ??= `the snapshot of "${agentId}" is damaged`;
      if (seq > completeTo) ahead.set(agentId, seq);
    });
    if (completeTo > 0 && colony === undefined) problem ??= "the colony itself is missing from it";
    return problem ?? { completeTo, colony, agents, ahead };
  } catch (error) {
    return `it cannot be read: ${messageOf(error)}`;
  }
}

function isColony({ agentId, version }: Snapshot, state: unknown): state is SavedColony {
  return (
    agentId === COLONY_STREAM &&
    isObject(state) &&
    state["version"] === version &&
    isObject(state["book"]) &&
    Array.isArray(state["blocks"])
  );
}

function isOpenAgent(snapshot: Snapshot, state: unknown, colonyId: ColonyId): state is AgentState {
  if (!snapshot.open || !hasRecord(snapshot, state, colonyId)) return false;
  const { inbox, conversation, processes, keys, reported, limits, execution }: Record<string, unknown> =
    state;
  const whole =
    [keys, reported, limits].every(isObject) && [inbox, conversation, processes].every(Array.isArray);
  return whole && (execution === null || isObject(execution));
}

function isEndedAgent(snapshot: Snapshot, state: unknown, colonyId: ColonyId): state is EndedAgent {
  return !snapshot.open && hasRecord(snapshot, state, colonyId);
}

/** Whether it is about that agent of this colony, at the version it says. */
function hasRecord(
  { agentId, version }: Snapshot,
  state: unknown,
  colonyId: ColonyId,
): state is Record<string, unknown> {
  if (!isObject(state) || !isObject(state["record"]) || agentId === COLONY_STREAM) return false;
  const { record } = state;
  return record["id"] === agentId && record["version"] === version && record["colonyId"] === colonyId;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
