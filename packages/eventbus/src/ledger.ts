import {
  AgentIndex,
  COLONY_STREAM,
  ColonyError,
  SILENT_LOGGER,
  concernsColony,
  recipientOf,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type BudgetBook,
  type ColonyCommand,
  type ColonyEvent,
  type ColonyState,
} from "@colony/core";
import type { DecideOptions } from "./agent-stream.ts";
import { AgentStreams } from "./agent-streams.ts";
import { Checkpoints } from "./checkpoints.ts";
import { ColonyStream } from "./colony-stream.ts";
import { HistoryPruning } from "./history-pruning.ts";
import type { LedgerOptions } from "./ledger-options.ts";
import { Outage } from "./outage.ts";
import type { Outcome, Recording } from "./outcome.ts";
import { recover, type Recovered } from "./recover.ts";
import type { RoomLine } from "./room-line.ts";
import { SpawnNames } from "./spawn-names.ts";
import { Spending } from "./spending.ts";
import { Writer } from "./writer.ts";

/**
 * The only place where commands become events. It holds the state of every open agent, decides on it, appends, and lets
 * everybody else know once that is durable. An agent that another writer has written to gives `log.conflict`, once that
 * writer's events are known here.
 */
export class Ledger {
  readonly index = new AgentIndex();
  readonly pruning: HistoryPruning;
  readonly #streams: AgentStreams;
  readonly #writer: Writer;
  readonly #checkpoints: Checkpoints;
  readonly #spending = new Spending((id) => this.index.get(id)?.parentId ?? undefined);
  readonly #outage: Outage;
  readonly #colony: ColonyStream;
  readonly #stop: () => void;
  /** Seq of the newest event that has been taken in. */
  #upTo = 0;
  /** What the log took while this was being opened. */
  #early: ColonyEvent[] | undefined = [];

  private constructor(options: LedgerOptions) {
    const { log, clock, logger = SILENT_LOGGER } = options;
    this.#outage = new Outage(logger);
    this.#colony = new ColonyStream({ log, clock, outage: this.#outage });
    this.#streams = new AgentStreams({ log, logger, index: this.index });
    const [streams, colony] = [this.#streams, this.#colony];
    const known = { streams, colony, index: this.index, book: () => this.#spending.book.state };
    const saving = { store: options.snapshots, clock, logger, upTo: () => this.#upTo };
    const checkpoints = new Checkpoints({ ...known, ...saving });
    this.#checkpoints = checkpoints;
    const names = new SpawnNames(this.index);
    const [spending, outage] = [this.#spending, this.#outage];
    this.#writer = new Writer({ log, clock, streams, names, spending, outage });
    this.pruning = new HistoryPruning({ streams, checkpoints, colony, book: () => this.#spending.book });
    this.#stop = log.onAppended((events) => this.#take(events));
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
    return this.#colony.state;
  }

  /** Whether the log takes what is decided now. */
  get storage(): Pick<Outage, "state" | "changes$"> {
    return this.#outage;
  }

  /** Who has spent how much of which budget. */
  get budgets(): Omit<BudgetBook, "take" | "hold" | "state"> {
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

  /** An open agent as it was decided last, durable or still being written: only for deciding what follows upon that. */
  newest(agentId: AgentId): AgentState | undefined {
    return this.#streams.get(agentId)?.newest;
  }

  /** Whether nothing is being written to the colony's own stream, so that `colony` is all that has been said there. */
  get isColonySettled(): boolean {
    return this.#colony.isSettled;
  }

  /** Any agent's durable state; a closed one's is folded from the log and not kept. */
  async load(agentId: AgentId): Promise<AgentState | undefined> {
    const stream = await this.#streams.obtain(agentId);
    if (stream !== undefined) this.#streams.release(stream);
    return stream?.state;
  }

  /**
   * Decides at once where the agent is open, and resolves when the outcome is durable: its own events, and those still
   * being written that it was decided upon. Where one of these cannot be written, it rejects with the same error.
   */
  execute(
    agentId: AgentId,
    commands: readonly AgentCommand[],
    options: DecideOptions = {},
  ): Promise<Outcome> {
    return this.#writer.execute(agentId, commands, options);
  }

  /** The same for one who is called back: each commit of each run comes this way, and a promise less is made for it. */
  record(agentId: AgentId, commands: readonly AgentCommand[], recording: Recording): void {
    this.#writer.record(agentId, commands, recording);
  }

  /** The same, throwing refusals. */
  async require(
    agentId: AgentId,
    commands: readonly AgentCommand[],
    options: DecideOptions = {},
  ): Promise<{ readonly events: readonly ColonyEvent[]; readonly state: AgentState | undefined }> {
    const outcome = await this.execute(agentId, commands, options);
    if (!outcome.ok) throw ColonyError.from(outcome.refusal);
    return outcome;
  }

  /** Commands on the colony's own stream, one after the other. */
  executeColony(command: ColonyCommand): Promise<readonly ColonyEvent[]> {
    return this.#colony.execute(command);
  }

  /** Writes a last checkpoint and lets go. The log is its owner's to close. */
  async close(): Promise<void> {
    this.#stop();
    this.#outage.close();
    await this.#checkpoints.close();
  }

  #begin(recovered: Recovered): void {
    const { colony, book, records, open, upTo } = recovered;
    this.#colony.begin(colony, upTo);
    this.#spending.begin(book.state);
    this.#upTo = upTo;
    for (const record of records) this.index.put(record);
    for (const state of open) this.#streams.begin(state, upTo);
    this.#checkpoints.begin(recovered);
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#take(early);
  }

  /** What the log has taken, in seq order. */
  #take(events: readonly ColonyEvent[]): void {
    if (this.#early !== undefined) {
      for (const event of events) this.#early.push(event);
      return;
    }
    /** Events from here on that their agent has taken in with one before. */
    let known = 0;
    for (const event of events) {
      known -= 1;
      if (event.seq <= this.#upTo) continue;
      this.#upTo = event.seq;
      if (known < 0 && event.agentId !== COLONY_STREAM) known = this.#streams.takeOwn(event) - 1;
      this.#takeBesides(event);
    }
    this.#spending.taken();
    this.#outage.over((command) => this.executeColony(command));
  }

  /** What an event changes besides the agent in whose stream it stands. */
  #takeBesides(event: ColonyEvent): void {
    if (concernsColony(event)) this.#colony.take(event);
    const recipient = recipientOf(event);
    if (recipient !== undefined) this.#streams.take(recipient, event);
    this.#spending.take(event);
    this.#checkpoints.note(event.agentId, recipient);
    if (event.type === "HISTORY_PRUNED")
      for (const id of this.#streams.prune(event)) this.#checkpoints.note(id, undefined);
  }
}
