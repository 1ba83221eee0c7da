import {
  COLONY_STREAM,
  messageOf,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type Clock,
  type ColonyState,
  type JsonValue,
  type Logger,
  type Snapshot,
  type SnapshotStore,
} from "@colony/core";

/** Snapshots of another format are not read: the events are folded again. */
export const SNAPSHOT_FORMAT = "1";

/** Events between two checkpoints. */
const EVERY_EVENTS = 2_000;

/** How long a due checkpoint waits, so that it falls between commits. Milliseconds. */
const DELAY_MS = 50;

interface CheckpointOptions {
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly logger: Logger;
  stateOf(id: AgentId): AgentState | undefined;
  recordOf(id: AgentId): AgentRecord | undefined;
  colony(): ColonyState;
  head(): number;
}

/** Saves, now and then and off the path of appends, the states of those agents that have changed since. */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #changed = new Set<AgentId>();
  #events = 0;
  #cancel: (() => void) | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: CheckpointOptions) {
    this.#options = options;
  }

  /** An event has changed this agent, and perhaps one that it was mail for. */
  note(agentId: AgentId, recipient: AgentId | undefined): void {
    this.#changed.add(agentId);
    if (recipient !== undefined) this.#changed.add(recipient);
    this.#events += 1;
    if (this.#events < EVERY_EVENTS || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(DELAY_MS, () => {
      this.#cancel = undefined;
      this.#save();
    });
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#save();
    await this.#saving;
  }

  /** A checkpoint is only a shortcut: one that fails is logged, and the next one covers what it would have. */
  #save(): void {
    if (this.#changed.size === 0) return;
    const { store, logger, head } = this.#options;
    const changed = [...this.#changed];
    const completeTo = head();
    const snapshots = changed.flatMap((id) => this.#snapshot(id, completeTo) ?? []);
    this.#changed.clear();
    this.#events = 0;
    this.#saving = this.#saving
      .then(() => store.save(snapshots, completeTo))
      .catch((error: unknown) => {
        for (const id of changed) this.#changed.add(id);
        logger.warn({ reason: messageOf(error) }, "checkpoint not saved");
      });
  }

  #snapshot(agentId: AgentId, seq: number): Snapshot | undefined {
    const { stateOf, recordOf, colony } = this.#options;
    if (agentId === COLONY_STREAM) {
      const state = colony();
      return {
        agentId,
        version: state.version,
        seq,
        open: true,
        format: SNAPSHOT_FORMAT,
        state: asJson(state),
      };
    }
    const record = recordOf(agentId);
    if (record === undefined) return undefined;
    const open = record.status !== "closed";
    const state = open ? stateOf(agentId) : { record };
    if (state === undefined) return undefined;
    return { agentId, version: record.version, seq, open, format: SNAPSHOT_FORMAT, state: asJson(state) };
  }
}

/** States are plain JSON by construction; only the type system does not know. */
function asJson(state: object): JsonValue {
  return state as JsonValue;
}
