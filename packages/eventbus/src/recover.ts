import {
  BudgetBook,
  ColonyError,
  NEW_COLONY,
  SILENT_LOGGER,
  applyToAgent,
  concernsColony,
  evolveAgent,
  evolveColony,
  prunedState,
  recipientOf,
  workingCopy,
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
import { readCheckpoint, type Checkpoint, type EndedAgent } from "./checkpoint-reading.ts";
import { foldAgent, withUnreadMail } from "./fold-agent.ts";
import { NOTHING_PRUNED, prunedBy, readPruned, type PrunedHistories } from "./pruned-agents.ts";

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
  /** How many events were read beyond the checkpoint. */
  readonly tail: number;
}

const PAGE = 1_000;

/**
 * The checkpoint, and everything that the log has taken since. Where there is no usable checkpoint, or it does not fit what
 * stands in the log after it, the whole log: a checkpoint is only a shortcut, so what is wrong with it is no fault of the log.
 */
export async function recover(options: {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly logger?: Logger;
  readonly gaps?: "refused" | "allowed";
}): Promise<Recovered> {
  const { log, snapshots, logger = SILENT_LOGGER, gaps = "refused" } = options;
  const checkpoint = await readCheckpoint(snapshots, log);
  const whole = async (reason: string): Promise<Recovered> => {
    logger.warn({ reason }, "checkpoint not used, reading the whole log");
    return await followed(log, new Fold(log, await readPruned(log), undefined), gaps);
  };
  if (typeof checkpoint === "string") return await whole(checkpoint);
  try {
    return await followed(log, new Fold(log, NOTHING_PRUNED, checkpoint), gaps);
  } catch (error) {
    if (!(error instanceof ColonyError) || error.code !== "log.corrupt") throw error;
    return await whole(`it does not fit what stands in the log after seq ${checkpoint.completeTo}`);
  }
}

/** Takes in what the log has beyond what is known already. */
async function followed(log: EventLog, fold: Fold, gaps: "refused" | "allowed"): Promise<Recovered> {
  for (;;) {
    const page = await log.read({ after: fold.upTo, limit: PAGE });
    for (const event of page) {
      const reading = fold.take(event, gaps);
      if (reading !== undefined) await reading;
    }
    if (page.length < PAGE) return fold;
  }
}

class Fold implements Recovered {
  readonly #log: EventLog;
  readonly #pruned: PrunedHistories;
  /** Agents whose events up to a seq are known although the checkpoint does not reach as far. */
  readonly #ahead: ReadonlyMap<AgentId, number>;
  /** Seq up to which the book has everything already. */
  readonly #bookedTo: number;
  /** Whole states, and for agents that had ended by the checkpoint only records; oldest first. */
  readonly #known = new Map<AgentId, AgentState | EndedAgent>();
  /** Agents whose states were made here. */
  readonly #owned = new Set<AgentId>();
  readonly changed = new Set<AgentId>();
  readonly checkpoint: "usable" | "unusable";
  readonly book: BudgetBook;
  colony: ColonyState = NEW_COLONY;
  upTo = 0;
  tail = 0;

  constructor(log: EventLog, pruned: PrunedHistories, checkpoint: Checkpoint | undefined) {
    this.#log = log;
    this.#pruned = pruned;
    this.#ahead = checkpoint?.ahead ?? new Map();
    const totals = checkpoint === undefined ? pruned.totals : undefined;
    this.#bookedTo = totals?.upTo ?? 0;
    this.checkpoint = checkpoint === undefined ? "unusable" : "usable";
    this.book = new BudgetBook(
      (id) => this.#known.get(id)?.record.parentId ?? undefined,
      totals?.book ?? checkpoint?.colony?.book,
    );
    if (checkpoint === undefined) return;
    const { book: _restored, ...colony } = checkpoint.colony ?? { ...NEW_COLONY, book: undefined };
    this.colony = colony;
    this.upTo = checkpoint.completeTo;
    for (const each of checkpoint.agents.toSorted((a, b) => byAge(a.record, b.record)))
      this.#known.set(each.record.id, each);
  }

  get records(): readonly AgentRecord[] {
    return Array.from(this.#known.values(), ({ record }) => record);
  }

  get open(): readonly AgentState[] {
    return [...this.#known.values()].filter(isWhole).filter(({ record }) => record.status !== "closed");
  }

  /** No decision is made on half a story. */
  #requireNext({ agentId, version, seq }: ColonyEvent, before: number): void {
    if (version === before + 1) return;
    if (version > before && version <= (this.#pruned.upTo.get(agentId) ?? 0)) return;
    throw new ColonyError(
      "log.corrupt",
      `event ${seq} is version ${version} of the stream "${agentId}", and before it stands version ${before}: events are missing; restore the colony folder from a backup`,
      { details: { seq, agentId } },
    );
  }

  /**
   * At once, unless an agent that had ended goes on, whose state has to be read. Throws `log.corrupt` where events of its
   * stream are missing before this one, unless gaps are allowed.
   */
  take(event: ColonyEvent, gaps: "refused" | "allowed"): Promise<void> | undefined {
    const { agentId } = event;
    const known = this.#known.get(agentId);
    const isColony = agentId === COLONY_STREAM;
    if (this.#has(agentId, event)) {
      this.#finish(event);
      return undefined;
    }
    if (gaps === "refused")
      this.#requireNext(event, isColony ? this.colony.version : (known?.record.version ?? 0));
    if (isColony) this.#takeIntoColony(event);
    else if (known !== undefined && !isWhole(known)) return this.#takeOfEnded(event);
    else this.#takeOwn(known, event);
    this.#finish(event);
    return undefined;
  }

  async #takeOfEnded(event: ColonyEvent): Promise<void> {
    const { agentId } = event;
    const { state: folded } = await foldAgent(this.#log, agentId, event.seq - 1);
    const record = this.#known.get(agentId)?.record;
    const state = folded === undefined || record === undefined ? folded : prunedState(folded, record);
    if (state !== undefined) this.#owned.add(agentId);
    this.#put(agentId, state);
    this.#takeOwn(state, event);
    this.#finish(event);
  }

  #finish(event: ColonyEvent): void {
    if (event.agentId !== COLONY_STREAM && concernsColony(event)) this.#takeIntoColony(event);
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== event.agentId && !this.#has(recipient, event))
      this.#takeMail(recipient, event);
    if (event.seq > this.#bookedTo) this.book.take(event);
    this.upTo = event.seq;
    this.tail += 1;
  }

  /** Whether an event is in what the checkpoint has of an agent. */
  #has(agentId: AgentId, { seq }: ColonyEvent): boolean {
    return this.#ahead.size > 0 && seq <= (this.#ahead.get(agentId) ?? 0);
  }

  #takeIntoColony(event: ColonyEvent): void {
    this.colony = evolveColony(this.colony, [event]);
    this.changed.add(COLONY_STREAM);
    if (event.type !== "HISTORY_PRUNED") return;
    for (const record of prunedBy(event, (id) => this.#known.get(id)?.record))
      this.#put(record.id, { record });
  }

  #takeOwn(before: AgentState | undefined, event: ColonyEvent): void {
    const { agentId } = event;
    if (before === undefined) {
      this.#owned.add(agentId);
      this.#put(agentId, evolveAgent(undefined, [event]));
      return;
    }
    const state = this.#own(before);
    applyToAgent(state, event);
    if (state.record.status === "closed") this.#put(agentId, { record: state.record });
    else if (state !== before) this.#put(agentId, state);
  }

  #takeMail(agentId: AgentId, event: ColonyEvent): void {
    const known = this.#known.get(agentId);
    if (known === undefined) return;
    if (!isWhole(known)) {
      this.#put(agentId, { record: withUnreadMail(known.record) });
      return;
    }
    const state = this.#own(known);
    applyToAgent(state, event);
    if (state !== known) this.#put(agentId, state);
  }

  /** A state that nobody else holds, so that events can change it in place. Those of the checkpoint are its store's. */
  #own(state: AgentState): ReturnType<typeof workingCopy> {
    const { id } = state.record;
    if (this.#owned.has(id)) return state as ReturnType<typeof workingCopy>;
    this.#owned.add(id);
    return workingCopy(state);
  }

  #put(agentId: AgentId, state: AgentState | EndedAgent | undefined): void {
    if (state === undefined) return;
    this.#known.set(agentId, state);
    this.changed.add(agentId);
  }
}

function isWhole(known: AgentState | EndedAgent): known is AgentState {
  return "conversation" in known;
}

/** Workers of a batch are spawned at one instant. */
function byAge(a: AgentRecord, b: AgentRecord): number {
  return a.spawnedAt - b.spawnedAt || (a.batch?.index ?? 0) - (b.batch?.index ?? 0);
}
