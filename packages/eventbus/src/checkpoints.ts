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
import type { SavedColony } from "./saved-colony.ts";

/** Snapshots of another format are not read: the events are folded again. */
export const SNAPSHOT_FORMAT = "4";

/** Events between two checkpoints. */
const EVERY_EVENTS = 2_000;

/** How long a due checkpoint waits, so that it falls between commits. Milliseconds. */
const DELAY_MS = 50;

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
  #events = 0;
  #cancel: (() => void) | undefined;
  #saving: Promise<void> = Promise.resolve();
  #stale = false;

  constructor(options: CheckpointOptions) {
    this.#options = options;
  }

  /**
   * Begins where a recovery ended: agents that are not saved as they are now. Where the store holds something that is of
   * no use, the first save replaces all of it, so that old and new are never mixed.
   */
  begin(changed: Iterable<AgentId>, found: "usable" | "unusable"): void {
    for (const id of changed) this.#changed.add(id);
    this.#stale = found === "unusable";
    if (this.#changed.size > 0 && this.#stale) this.#schedule();
  }

  /** Seq up to which the log has been taken in. */
  get upTo(): number {
    return this.#options.upTo();
  }

  /** An event has changed this agent, and perhaps one that it was mail for. */
  note(agentId: AgentId, recipient: AgentId | undefined): void {
    if (agentId !== this.#noted) this.#changed.add(COLONY_STREAM).add(agentId);
    this.#noted = agentId;
    if (recipient !== undefined) this.#changed.add(recipient);
    this.#events += 1;
    if (this.#events >= EVERY_EVENTS) this.#schedule();
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.save();
  }

  #schedule(): void {
    this.#cancel ??= this.#options.clock.after(DELAY_MS, () => {
      this.#cancel = undefined;
      this.#events = 0;
      void this.save();
    });
  }

  /** Saves follow each other: what one could not save, the next one has to. Never rejects. */
  save(): Promise<void> {
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
      if (snapshots.length === 0) return;
      changed = this.#changed;
      this.#changed = new Set();
      this.#noted = undefined;
      if (this.#stale) await store.clear();
      this.#stale = false;
      await store.save(snapshots, completeTo);
    } catch (error) {
      for (const id of changed) this.#changed.add(id);
      logger.warn({ reason: messageOf(error) }, "checkpoint not saved");
    }
  }

  /** None while somebody's state is being read again: a checkpoint without it would lose what it was told. */
  #snapshots(completeTo: number): readonly Snapshot[] {
    const snapshots: Snapshot[] = [];
    for (const id of this.#changed) {
      const snapshot = this.#snapshot(id, completeTo);
      if (snapshot === "unknown") return [];
      if (snapshot !== undefined) snapshots.push(snapshot);
    }
    return snapshots;
  }

  #snapshot(agentId: AgentId, seq: number): Snapshot | "unknown" | undefined {
    const { streams, index, colony, book } = this.#options;
    const about = { agentId, seq, format: SNAPSHOT_FORMAT };
    if (agentId === COLONY_STREAM) {
      const state: SavedColony = { ...colony.state, book: book() };
      return { ...about, version: state.version, open: true, state: asJson(state) };
    }
    if (streams.isBehind(agentId)) return "unknown";
    const record = index.get(agentId);
    if (record === undefined) return undefined;
    const { version } = record;
    if (record.status === "closed") return { ...about, version, open: false, state: asJson({ record }) };
    const state = streams.get(agentId)?.state;
    return state === undefined ? "unknown" : { ...about, version, open: true, state: asJson(state) };
  }
}

/** States are plain JSON by construction; only the type system does not know. */
function asJson(state: object): JsonValue {
  return state as JsonValue;
}
