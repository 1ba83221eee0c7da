import {
  COLONY_STREAM,
  messageOf,
  type AgentId,
  type AgentIndex,
  type BookState,
  type Clock,
  type JsonValue,
  type Logger,
  type Snapshot,
  type SnapshotStore,
} from "@colony/core";
import type { AgentStreams } from "./agent-streams.ts";
import type { ColonyStream } from "./colony-stream.ts";
import type { Recovered } from "./recover.ts";
import type { SavedColony } from "./saved-colony.ts";

/** Snapshots of another format are not read: the events are folded again. */
export const SNAPSHOT_FORMAT = "4";

/** Events between two checkpoints at least. */
const LEAST_EVENTS = 2_000;

/** And for each open agent that would be saved: many at work would be saved again after a few events each. */
const EVENTS_PER_OPEN = 64;

/** And at most: whoever opens the colony after a kill reads so many again, in a second. */
const MOST_EVENTS = 200_000;

/** How long a due checkpoint waits, so that it comes after a burst of work and not in it. Milliseconds. */
const DELAY_MS = 500;

/** States that are saved in one commit, which others have to wait for. */
const SLICE = 256;

/** For how long others go first between two slices. Milliseconds. */
const PAUSE_MS = 5;

interface CheckpointOptions {
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly streams: Pick<AgentStreams, "get" | "isBehind">;
  readonly index: AgentIndex;
  readonly colony: Pick<ColonyStream, "state" | "isHeld">;
  readonly book: () => BookState;
  /** Seq up to which all of those hold everything. */
  readonly upTo: () => number;
}

/** Saves, now and then and off the path of appends, the states of those agents that have changed since. */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  #changed = new Set<AgentId>();
  /** Who was noted last: the events of a commit follow each other. */
  #noted: AgentId | undefined;
  /** So many would be read again now by whoever opens the colony. */
  #events = 0;
  #cancel: (() => void) | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** So many wait for what is being saved, so that nobody goes first. */
  #waiting = 0;
  /** Ends the pause between two slices. */
  #goOn: (() => void) | undefined;
  #stale = false;

  constructor(options: CheckpointOptions) {
    this.#options = options;
  }

  /**
   * Begins where a recovery ended: agents that are not saved as they are now. Where the store holds something that is of
   * no use, the first save replaces all of it, so that old and new are never mixed.
   */
  begin({ changed, checkpoint, tail }: Pick<Recovered, "changed" | "checkpoint" | "tail">): void {
    for (const id of changed) this.#changed.add(id);
    this.#stale = checkpoint === "unusable";
    this.#events = tail;
    if (this.#changed.size > 0 && (this.#stale || this.#isDue())) this.#schedule();
  }

  /** Seq up to which the log has been taken in. */
  get upTo(): number {
    return this.#options.upTo();
  }

  /** An event has changed this agent, and perhaps one that it was mail for. */
  note(agentId: AgentId, recipient: AgentId | undefined): void {
    if (agentId !== this.#noted) this.#changed.add(agentId);
    this.#noted = agentId;
    if (recipient !== undefined) this.#changed.add(recipient);
    this.#events += 1;
    if (this.#isDue()) this.#schedule();
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.save();
  }

  /** Saves what has changed, without a pause in what is being saved already. Never rejects. */
  async save(): Promise<void> {
    this.#waiting += 1;
    this.#goOn?.();
    await this.#next();
    this.#waiting -= 1;
  }

  /**
   * What a checkpoint costs now is weighed against what it saves whoever opens the colony after a kill. Those who have ended
   * are saved once, whenever that is.
   */
  #isDue(): boolean {
    if (this.#events < LEAST_EVENTS) return false;
    const open = Math.min(this.#changed.size, this.#options.index.open().size);
    return this.#events >= MOST_EVENTS || this.#events >= open * EVENTS_PER_OPEN;
  }

  #schedule(): void {
    this.#cancel ??= this.#options.clock.after(DELAY_MS, () => {
      this.#cancel = undefined;
      void this.#next();
    });
  }

  /** Saves follow each other: what one could not save, the next one has to. */
  #next(): Promise<void> {
    this.#events = 0;
    this.#saving = this.#saving.then(() => this.#saveNow());
    return this.#saving;
  }

  /**
   * A checkpoint is only a shortcut: one that fails is logged, and the next one covers what it would have. Whoever has lost
   * the log saves none: those of the process that has it now may be in the same store.
   */
  async #saveNow(): Promise<void> {
    const { store, logger, upTo, colony } = this.#options;
    if (this.#changed.size === 0) return;
    let changed: ReadonlySet<AgentId> = new Set();
    try {
      if (!(await colony.isHeld())) return;
      const completeTo = upTo();
      const snapshots = this.#snapshots(completeTo);
      if (snapshots === undefined) return;
      changed = this.#changed;
      this.#changed = new Set();
      this.#noted = undefined;
      if (this.#stale) await store.clear();
      this.#stale = false;
      await this.#saveInSlices(snapshots, completeTo);
    } catch (error) {
      this.#changed = new Set([...changed, ...this.#changed]);
      logger.warn({ reason: messageOf(error) }, "checkpoint not saved");
    }
  }

  /**
   * Commits that come meanwhile wait for one slice and not for all of them. Until the last of them the checkpoint is what it
   * was: a recovery leaves out what a snapshot that is ahead of it has already.
   */
  async #saveInSlices(snapshots: readonly Snapshot[], completeTo: number): Promise<void> {
    const { store, colony } = this.#options;
    let from = 0;
    if (snapshots.length > SLICE) {
      const before = await store.completeTo();
      for (; snapshots.length - from > SLICE; from += SLICE) {
        await store.save(snapshots.slice(from, from + SLICE), before);
        await this.#pause();
        if (!(await colony.isHeld())) return;
      }
    }
    await store.save(snapshots.slice(from), completeTo);
  }

  async #pause(): Promise<void> {
    if (this.#waiting > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(PAUSE_MS, resolve);
    this.#goOn = resolve;
    await promise;
    this.#goOn = undefined;
    cancel();
  }

  /**
   * The oldest changes first, the colony last; its own state is in each checkpoint, as what budgets have come to is a part of
   * it. None while somebody's state is being read again: a checkpoint without it would lose what it was told.
   */
  #snapshots(completeTo: number): readonly Snapshot[] | undefined {
    const snapshots: Snapshot[] = [];
    for (const id of this.#changed) {
      if (id === COLONY_STREAM) continue;
      const snapshot = this.#agentSnapshot(id, completeTo);
      if (snapshot === "unknown") return undefined;
      if (snapshot !== undefined) snapshots.push(snapshot);
    }
    snapshots.push(this.#colonySnapshot(completeTo));
    return snapshots;
  }

  #agentSnapshot(agentId: AgentId, seq: number): Snapshot | "unknown" | undefined {
    const { streams, index } = this.#options;
    if (streams.isBehind(agentId)) return "unknown";
    const record = index.get(agentId);
    if (record === undefined) return undefined;
    const { version } = record;
    const about = { agentId, version, seq, format: SNAPSHOT_FORMAT };
    if (record.status === "closed") return { ...about, open: false, state: asJson({ record }) };
    const state = streams.get(agentId)?.state;
    return state === undefined ? "unknown" : { ...about, open: true, state: asJson(state) };
  }

  #colonySnapshot(seq: number): Snapshot {
    const { colony, book } = this.#options;
    const state: SavedColony = { ...colony.state, book: book() };
    const about = { agentId: COLONY_STREAM, version: state.version, seq, format: SNAPSHOT_FORMAT };
    return { ...about, open: true, state: asJson(state) };
  }
}

/** States are plain JSON by construction; only the type system does not know. */
function asJson(state: object): JsonValue {
  return state as JsonValue;
}
