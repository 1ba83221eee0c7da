import {
  AgentIndex,
  COLONY_STREAM,
  ColonyError,
  NEW_COLONY,
  SILENT_LOGGER,
  decideColony,
  evolveAgent,
  evolveColony,
  isRefusal,
  recipientOf,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type Clock,
  type ColonyCommand,
  type ColonyEvent,
  type ColonyState,
  type EventLog,
  type Fact,
  type Logger,
  type Refusal,
  type SnapshotStore,
} from "@colony/core";
import { AgentStream, type DecideOptions } from "./agent-stream.ts";
import { Checkpoints } from "./checkpoints.ts";
import { recover } from "./recover.ts";

/** What a ledger is made of. */
export interface LedgerOptions {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** What became of commands: the events they were recorded as, or why they were refused. */
export type Outcome =
  | { readonly ok: true; readonly events: readonly ColonyEvent[]; readonly state: AgentState | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The only place where commands become events. It holds the state of every open agent, decides on it, appends, and lets
 * everybody else know once that is durable. An agent that another writer has written to gives `log.conflict`.
 */
export class Ledger {
  readonly index = new AgentIndex();
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #streams = new Map<AgentId, AgentStream>();
  readonly #loading = new Map<AgentId, Promise<AgentStream | undefined>>();
  /** Names of agents that are being spawned. */
  readonly #reserved = new Set<string>();
  readonly #checkpoints: Checkpoints;
  readonly #stop: () => void;
  #colony: ColonyState = NEW_COLONY;
  #colonyWriting: Promise<unknown> = Promise.resolve();

  private constructor(options: LedgerOptions) {
    this.#log = options.log;
    this.#clock = options.clock;
    this.#checkpoints = new Checkpoints({
      store: options.snapshots,
      clock: options.clock,
      logger: options.logger ?? SILENT_LOGGER,
      stateOf: (id) => this.#streams.get(id)?.state,
      recordOf: (id) => this.index.get(id),
      colony: () => this.#colony,
      head: () => this.#log.head(),
    });
    this.#stop = this.#log.onAppended((events) => this.#take(events));
  }

  /** Reads what is open from the snapshots and what has happened since from the log. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    const { colony, states, ended } = await recover(options);
    ledger.#colony = colony;
    for (const record of ended) ledger.index.put(record);
    for (const state of states) {
      ledger.index.put(state.record);
      if (state.record.status !== "closed")
        ledger.#streams.set(state.record.id, new AgentStream(state.record.id, options.log.colonyId, state));
    }
    return ledger;
  }

  get colony(): ColonyState {
    return this.#colony;
  }

  /** An open agent's durable state, without waiting; undefined for closed and unknown ones. */
  peek(agentId: AgentId): AgentState | undefined {
    return this.#streams.get(agentId)?.state;
  }

  /** Any agent's durable state; a closed one's is folded from the log and not kept. */
  async load(agentId: AgentId): Promise<AgentState | undefined> {
    return (await this.#stream(agentId))?.state;
  }

  /** Decides at once where the agent is open, and resolves when the outcome is durable. */
  async execute(
    agentId: AgentId,
    commands: readonly AgentCommand[],
    options: Omit<DecideOptions, "at"> = {},
  ): Promise<Outcome> {
    const open = this.#streams.get(agentId);
    if (open !== undefined) return await this.#write(agentId, open, commands, options);
    const known = this.index.get(agentId) === undefined ? undefined : await this.#stream(agentId);
    const stream = known ?? new AgentStream(agentId, this.#log.colonyId, undefined);
    return await this.#write(agentId, this.#streams.get(agentId) ?? stream, commands, options);
  }

  /** The same, throwing refusals. */
  async require(
    agentId: AgentId,
    commands: readonly AgentCommand[],
    options: Omit<DecideOptions, "at"> = {},
  ): Promise<{ readonly events: readonly ColonyEvent[]; readonly state: AgentState | undefined }> {
    const outcome = await this.execute(agentId, commands, options);
    if (!outcome.ok) throw ColonyError.from(outcome.refusal);
    return outcome;
  }

  /** Commands on the colony's own stream, one after the other. */
  executeColony(command: ColonyCommand): Promise<readonly ColonyEvent[]> {
    const write = async (): Promise<readonly ColonyEvent[]> => {
      const decision = decideColony(this.#colony, command);
      if (isRefusal(decision)) throw ColonyError.from(decision);
      if (decision.length === 0) return [];
      return await this.#log.append({
        agentId: COLONY_STREAM,
        expectedVersion: this.#colony.version,
        events: decision,
        at: this.#clock.now(),
      });
    };
    const writing = this.#colonyWriting.then(write, write);
    this.#colonyWriting = writing.catch(() => undefined);
    return writing;
  }

  /** Writes a last checkpoint and lets go. The log is its owner's to close. */
  async close(): Promise<void> {
    this.#stop();
    await this.#checkpoints.close();
  }

  async #write(
    agentId: AgentId,
    stream: AgentStream,
    commands: readonly AgentCommand[],
    options: Omit<DecideOptions, "at">,
  ): Promise<Outcome> {
    const name = this.#claimName(agentId, commands);
    if (typeof name === "object") return { ok: false, refusal: name };
    const at = this.#clock.now();
    const expectedVersion = stream.version;
    const events = stream.decide(commands, { ...options, at });
    if (!Array.isArray(events)) {
      if (name !== undefined) this.#reserved.delete(name);
      return { ok: false, refusal: events as Refusal };
    }
    if (events.length === 0) return { ok: true, events: [], state: stream.state };
    this.#streams.set(agentId, stream);
    try {
      const recorded = await this.#log.append({ agentId, expectedVersion, events, at });
      return { ok: true, events: recorded, state: stream.state };
    } catch (error) {
      stream.forget();
      if (stream.state?.record.status !== "open" || isConflict(error)) this.#streams.delete(agentId);
      throw error;
    } finally {
      if (name !== undefined) this.#reserved.delete(name);
    }
  }

  /** Names are unique in the colony: the one to be spawned is held until its spawn is written or has failed. */
  #claimName(agentId: AgentId, commands: readonly AgentCommand[]): string | Refusal | undefined {
    const [first] = commands;
    const name = first?.type === "agent.spawn" ? first.data.name : null;
    if (name === null || this.index.get(agentId) !== undefined) return undefined;
    if (this.#reserved.has(name) || this.index.byName(name) !== undefined)
      return {
        code: "agent.name_taken",
        message: `there is already an agent named "${name}" in this colony; choose another name`,
      };
    this.#reserved.add(name);
    return name;
  }

  /** What the log has taken, in seq order. */
  #take(events: readonly ColonyEvent[]): void {
    for (const event of events) {
      if (event.agentId === COLONY_STREAM) this.#colony = evolveColony(this.#colony, [event]);
      else this.#takeInto(event.agentId, event);
      const recipient = recipientOf(event);
      if (recipient !== undefined) this.#takeInto(recipient, event);
      this.#checkpoints.note(event.agentId, recipient);
    }
  }

  #takeInto(agentId: AgentId, event: ColonyEvent): void {
    let stream = this.#streams.get(agentId);
    if (stream === undefined) {
      if (event.type !== "AGENT_SPAWNED" || event.agentId !== agentId) return;
      stream = new AgentStream(agentId, this.#log.colonyId, undefined);
      this.#streams.set(agentId, stream);
    }
    stream.commit(event);
    const record = stream.state?.record;
    if (record === undefined) return;
    this.index.put(record);
    if (record.status === "closed" && !stream.writing) this.#streams.delete(agentId);
  }

  async #stream(agentId: AgentId): Promise<AgentStream | undefined> {
    const open = this.#streams.get(agentId);
    if (open !== undefined || this.index.get(agentId) === undefined) return open;
    const loading = this.#loading.get(agentId);
    if (loading !== undefined) return await loading;
    const promise = this.#fold(agentId).finally(() => this.#loading.delete(agentId));
    this.#loading.set(agentId, promise);
    return await promise;
  }

  /** A closed agent's state, from its events. Nothing is kept: closed agents change rarely and are many. */
  async #fold(agentId: AgentId): Promise<AgentStream | undefined> {
    const facts: Fact[] = [];
    for (let after = 0; ;) {
      const page = await this.#log.read({ concerning: agentId, after, limit: 1_000 });
      facts.push(...page);
      const last = page.at(-1);
      if (page.length < 1_000 || last === undefined) break;
      after = last.seq;
    }
    const state = evolveAgent(undefined, facts);
    return state === undefined ? undefined : new AgentStream(agentId, this.#log.colonyId, state);
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof ColonyError && error.code === "log.conflict";
}
