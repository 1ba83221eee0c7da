import {
  AgentIndex,
  COLONY_STREAM,
  ColonyError,
  NEW_COLONY,
  SILENT_LOGGER,
  decideColony,
  evolveColony,
  isRefusal,
  recipientOf,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type Append,
  type BudgetBook,
  type Clock,
  type ColonyCommand,
  type ColonyEvent,
  type ColonyState,
  type EventLog,
  type Logger,
  type Refusal,
  type SnapshotStore,
} from "@colony/core";
import type { AgentStream, DecideOptions, Writing } from "./agent-stream.ts";
import { AgentStreams } from "./agent-streams.ts";
import { Checkpoints } from "./checkpoints.ts";
import { recover, type Recovered } from "./recover.ts";
import type { RoomLine } from "./room-line.ts";
import { Spending } from "./spending.ts";

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
 * everybody else know once that is durable. An agent that another writer has written to gives `log.conflict`, once that
 * writer's events are known here.
 */
export class Ledger {
  readonly index = new AgentIndex();
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #streams: AgentStreams;
  /** Names of agents that are being spawned. */
  readonly #reserved = new Set<string>();
  readonly #checkpoints: Checkpoints;
  readonly #spending = new Spending((id) => this.index.get(id)?.parentId ?? undefined);
  readonly #stop: () => void;
  #colony: ColonyState = NEW_COLONY;
  #colonyWriting: Promise<unknown> = Promise.resolve();
  /** Seq of the newest event that has been taken in. */
  #upTo = 0;
  /** What the log took while this was being opened. */
  #early: ColonyEvent[] | undefined = [];

  private constructor(options: LedgerOptions) {
    this.#log = options.log;
    this.#clock = options.clock;
    const { log, logger = SILENT_LOGGER } = options;
    this.#streams = new AgentStreams({ log, logger, index: this.index });
    this.#checkpoints = new Checkpoints({
      store: options.snapshots,
      clock: options.clock,
      logger,
      stateOf: (id) => this.peek(id),
      recordOf: (id) => this.index.get(id),
      colony: () => ({ ...this.#colony, book: this.#spending.book.state }),
      upTo: () => this.#upTo,
    });
    this.#stop = this.#log.onAppended((events) => this.#take(events));
  }

  /** Reads what is open from the snapshots and what has happened since from the log. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    try {
      ledger.#begin(await recover(options));
    } catch (error) {
      ledger.#stop();
      throw error;
    }
    return ledger;
  }

  get colony(): ColonyState {
    return this.#colony;
  }

  /** Who has spent how much of which budget. */
  get budgets(): Pick<BudgetBook, "account" | "bounds" | "lack"> {
    return this.#spending.book;
  }

  /** Where those wait for whom a budget has no room while others hold some of it. */
  get roomLine(): Pick<RoomLine, "join"> {
    return this.#spending.line;
  }

  /** An open agent's durable state, without waiting; undefined for closed and unknown ones, and while one is read. */
  peek(agentId: AgentId): AgentState | undefined {
    return this.#streams.get(agentId)?.state;
  }

  /** Any agent's durable state; a closed one's is folded from the log and not kept. */
  async load(agentId: AgentId): Promise<AgentState | undefined> {
    const stream = await this.#streams.obtain(agentId);
    if (stream !== undefined) this.#streams.release(agentId, stream);
    return stream?.state;
  }

  /**
   * Decides at once where the agent is open, and resolves when the outcome is durable: its own events, and those still
   * being written that it was decided upon. Where one of these cannot be written, it rejects with the same error.
   */
  async execute(
    agentId: AgentId,
    commands: readonly AgentCommand[],
    options: Omit<DecideOptions, "at"> = {},
  ): Promise<Outcome> {
    let stream = this.#streams.get(agentId);
    while (stream === undefined && this.#streams.exists(agentId)) {
      const found = await this.#streams.obtain(agentId);
      stream = this.#streams.get(agentId);
      if (found === undefined) break;
    }
    stream ??= this.#streams.fresh(agentId);
    try {
      return await this.#write(agentId, stream, { commands, options: { ...options, at: this.#clock.now() } });
    } finally {
      this.#streams.release(agentId, stream);
    }
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

  #begin({ colony, book, records, open, upTo, changed, checkpoint }: Recovered): void {
    this.#colony = colony;
    this.#spending.begin(book.state);
    this.#upTo = upTo;
    for (const record of records) this.index.put(record);
    for (const state of open) this.#streams.begin(state, upTo);
    this.#checkpoints.begin(changed, checkpoint);
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#take(early);
  }

  async #write(
    agentId: AgentId,
    stream: AgentStream,
    { commands, options }: { readonly commands: readonly AgentCommand[]; readonly options: DecideOptions },
  ): Promise<Outcome> {
    const { basis } = stream;
    const name = this.#claimName(agentId, commands);
    if (typeof name === "object") return { ok: false, refusal: name };
    let claim: ReturnType<Spending["claim"]>;
    try {
      const decided = stream.decide(commands, options);
      if (!("events" in decided) || decided.writing === undefined) {
        await basis;
        if ("events" in decided) return { ok: true, events: [], state: stream.state };
        return { ok: false, refusal: decided };
      }
      const { writing, ...rest } = decided;
      claim = this.#spending.claim(agentId, decided.events);
      if (typeof claim === "object") {
        stream.forget(writing);
        return { ok: false, refusal: claim };
      }
      this.#streams.hold(agentId, stream);
      const written = this.#append({ agentId, at: options.at, ...rest }, { stream, writing, basis });
      writing.written = written;
      return { ok: true, events: await written, state: stream.state };
    } finally {
      if (typeof claim === "function") claim();
      if (name !== undefined) this.#reserved.delete(name);
    }
  }

  /**
   * Appends what was decided. Rejects with what its basis failed of, where that is why. Versions only count events: if
   * another writer puts just as many in the place of a basis, the log takes what was decided upon it all the same. The
   * state stays what the log says; who owns an agent has to see to it that nobody else writes to it.
   */
  async #append(
    append: Append,
    { stream, writing, basis }: Pick<AgentStream, "basis"> & { stream: AgentStream; writing: Writing },
  ): Promise<readonly ColonyEvent[]> {
    try {
      return await this.#log.append(append);
    } catch (error) {
      const isNews = stream.forget(writing);
      if (!(error instanceof ColonyError) || error.code !== "log.conflict") throw error;
      await basis;
      if (isNews) await this.#streams.readAgain(append.agentId, stream);
      throw error;
    }
  }

  /** Names are unique in the colony: the one to be spawned is held until its spawn is written or has failed. */
  #claimName(agentId: AgentId, commands: readonly AgentCommand[]): string | Refusal | undefined {
    const [first] = commands;
    const name = first?.type === "agent.spawn" ? first.data.name : null;
    if (name === null || this.#streams.exists(agentId)) return undefined;
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
      if (this.#early !== undefined) {
        this.#early.push(event);
        continue;
      }
      if (event.seq <= this.#upTo) continue;
      this.#upTo = event.seq;
      if (event.agentId === COLONY_STREAM) this.#colony = evolveColony(this.#colony, [event]);
      else this.#streams.take(event.agentId, event);
      const recipient = recipientOf(event);
      if (recipient !== undefined) this.#streams.take(recipient, event);
      this.#spending.take(event);
      this.#checkpoints.note(event.agentId, recipient);
    }
  }
}
