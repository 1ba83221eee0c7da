import {
  COLONY_STREAM,
  NEW_COLONY,
  evolveAgent,
  evolveColony,
  recipientOf,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type ColonyEvent,
  type ColonyState,
  type EventLog,
  type Fact,
  type SnapshotStore,
} from "@colony/core";
import { SNAPSHOT_FORMAT } from "./checkpoints.ts";

/** A colony as its log has it. */
export interface Recovered {
  readonly colony: ColonyState;
  /** Agents whose whole state is known: all open ones, and those that ended since the last checkpoint. */
  readonly states: readonly AgentState[];
  /** Agents that had ended by then. */
  readonly ended: readonly AgentRecord[];
}

const PAGE = 1_000;

/** The checkpoint, and everything that the log has taken since. Where there is no usable checkpoint, the whole log. */
export async function recover(options: {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
}): Promise<Recovered> {
  const { log, snapshots } = options;
  const saved = await snapshots.list("all");
  const completeTo = await snapshots.completeTo();
  const usable = saved.every(({ format }) => format === SNAPSHOT_FORMAT) && completeTo <= log.head();
  const fold = new Fold(log);
  if (usable) for (const snapshot of saved) fold.restore(snapshot);
  for (let after = usable ? completeTo : 0; ;) {
    const page = await log.read({ after, limit: PAGE });
    for (const event of page) await fold.take(event);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return fold;
    after = last.seq;
  }
}

class Fold implements Recovered {
  readonly #log: EventLog;
  readonly #states = new Map<AgentId, AgentState>();
  readonly #ended = new Map<AgentId, AgentRecord>();
  colony: ColonyState = NEW_COLONY;

  constructor(log: EventLog) {
    this.#log = log;
  }

  get states(): readonly AgentState[] {
    return [...this.#states.values()];
  }

  get ended(): readonly AgentRecord[] {
    return [...this.#ended.values()];
  }

  restore({ agentId, open, state }: Awaited<ReturnType<SnapshotStore["list"]>>[number]): void {
    if (agentId === COLONY_STREAM) this.colony = state as unknown as ColonyState;
    else if (open) this.#states.set(agentId, state as unknown as AgentState);
    else this.#ended.set(agentId, (state as unknown as Pick<AgentState, "record">).record);
  }

  async take(event: ColonyEvent): Promise<void> {
    if (event.agentId === COLONY_STREAM) this.colony = evolveColony(this.colony, [event]);
    else await this.#takeInto(event.agentId, event);
    const recipient = recipientOf(event);
    if (recipient !== undefined) await this.#takeInto(recipient, event);
  }

  async #takeInto(agentId: AgentId, event: ColonyEvent): Promise<void> {
    const before = this.#states.get(agentId) ?? (await this.#wholeBefore(agentId, event.seq));
    const after = evolveAgent(before, [event]);
    if (after === undefined) return;
    this.#ended.delete(agentId);
    this.#states.set(agentId, after);
  }

  /** An ended agent that something happened to after all: its checkpoint is only a record. */
  async #wholeBefore(agentId: AgentId, seq: number): Promise<AgentState | undefined> {
    if (!this.#ended.has(agentId)) return undefined;
    const facts: Fact[] = [];
    for (let after = 0; ;) {
      const page = await this.#log.read({ concerning: agentId, after, limit: PAGE });
      facts.push(...page.filter((event) => event.seq < seq));
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined || last.seq >= seq) break;
      after = last.seq;
    }
    return evolveAgent(undefined, facts);
  }
}
