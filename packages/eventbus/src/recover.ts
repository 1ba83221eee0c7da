import {
  BudgetBook,
  NEW_COLONY,
  SILENT_LOGGER,
  evolveAgent,
  evolveColony,
  recipientOf,
  COLONY_STREAM,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type ColonyEvent,
  type ColonyState,
  type EventLog,
  type Logger,
  type SnapshotStore,
} from "@colony/core";
import { readCheckpoint, type Checkpoint } from "./checkpoint-reading.ts";
import { foldAgent, withUnreadMail } from "./fold-agent.ts";

/** A colony as its log has it. */
export interface Recovered {
  readonly colony: ColonyState;
  readonly book: BudgetBook;
  /** Every agent's record, oldest first. */
  readonly records: readonly AgentRecord[];
  /** The whole states of all that are open. */
  readonly open: readonly AgentState[];
  /** Seq up to which everything is in this. */
  readonly upTo: number;
  /** Those that the checkpoint does not have as they are here. */
  readonly changed: ReadonlySet<AgentId>;
  readonly checkpoint: "usable" | "unusable";
}

const PAGE = 1_000;

/** The checkpoint, and everything that the log has taken since. Where there is no usable checkpoint, the whole log. */
export async function recover(options: {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly logger?: Logger;
}): Promise<Recovered> {
  const { log, snapshots, logger = SILENT_LOGGER } = options;
  const checkpoint = await readCheckpoint(snapshots, log);
  if (typeof checkpoint === "string")
    logger.warn({ reason: checkpoint }, "checkpoint not used, reading the whole log");
  const fold = new Fold(log, typeof checkpoint === "string" ? undefined : checkpoint);
  for (;;) {
    const page = await log.read({ after: fold.upTo, limit: PAGE });
    for (const event of page) await fold.take(event);
    if (page.length < PAGE) return fold;
  }
}

class Fold implements Recovered {
  readonly #log: EventLog;
  /** Whole states, and for agents that had ended by the checkpoint only records; oldest first. */
  readonly #known = new Map<AgentId, AgentState | { readonly record: AgentRecord }>();
  readonly changed = new Set<AgentId>();
  readonly checkpoint: "usable" | "unusable";
  readonly book: BudgetBook;
  colony: ColonyState = NEW_COLONY;
  upTo = 0;

  constructor(log: EventLog, checkpoint: Checkpoint | undefined) {
    this.#log = log;
    this.checkpoint = checkpoint === undefined ? "unusable" : "usable";
    this.book = new BudgetBook(
      (id) => this.#known.get(id)?.record.parentId ?? undefined,
      checkpoint?.colony?.book,
    );
    if (checkpoint === undefined) return;
    const { book: _restored, ...colony } = checkpoint.colony ?? { ...NEW_COLONY, book: undefined };
    this.colony = colony;
    this.upTo = checkpoint.completeTo;
    const saved = [...checkpoint.open, ...checkpoint.ended.map((record) => ({ record }))];
    for (const each of saved.toSorted((a, b) => byAge(a.record, b.record)))
      this.#known.set(each.record.id, each);
  }

  get records(): readonly AgentRecord[] {
    return Array.from(this.#known.values(), ({ record }) => record);
  }

  get open(): readonly AgentState[] {
    return [...this.#known.values()].filter(isWhole).filter(({ record }) => record.status !== "closed");
  }

  async take(event: ColonyEvent): Promise<void> {
    const { agentId } = event;
    if (agentId === COLONY_STREAM) this.#takeIntoColony(event);
    else await this.#takeOwn(agentId, event);
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== agentId) this.#takeMail(recipient, event);
    this.book.take(event);
    this.upTo = event.seq;
  }

  #takeIntoColony(event: ColonyEvent): void {
    this.colony = evolveColony(this.colony, [event]);
    this.changed.add(COLONY_STREAM);
  }

  async #takeOwn(agentId: AgentId, event: ColonyEvent): Promise<void> {
    const known = this.#known.get(agentId);
    const before =
      known === undefined || isWhole(known)
        ? known
        : (await foldAgent(this.#log, agentId, event.seq - 1)).state;
    this.#put(agentId, evolveAgent(before, [event]));
  }

  #takeMail(agentId: AgentId, event: ColonyEvent): void {
    const known = this.#known.get(agentId);
    if (known === undefined) return;
    this.#put(
      agentId,
      isWhole(known) ? evolveAgent(known, [event]) : { record: withUnreadMail(known.record) },
    );
  }

  #put(agentId: AgentId, state: AgentState | { readonly record: AgentRecord } | undefined): void {
    if (state === undefined) return;
    this.#known.set(agentId, state);
    this.changed.add(agentId);
  }
}

function isWhole(known: AgentState | { readonly record: AgentRecord }): known is AgentState {
  return "conversation" in known;
}

/** Workers of a batch are spawned at one instant. */
function byAge(a: AgentRecord, b: AgentRecord): number {
  return a.spawnedAt - b.spawnedAt || (a.batch?.index ?? 0) - (b.batch?.index ?? 0);
}
