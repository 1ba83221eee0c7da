import type {
  AgentId,
  AgentRecord,
  AgentState,
  Budget,
  ColonyEvent,
  ColonyId,
  ColonyState,
  CorrelationId,
  EventQuery,
  ExecutionCause,
  ExecutionId,
  ExecutionStatus,
  Failure,
  FilePart,
  InputId,
  InputMode,
  Message,
  Report,
  SeedProblem,
} from "@colony/core";
import type {
  BusStats,
  Feed,
  FeedFrom,
  PulseQuery,
  PulseStream,
  SafeObservable,
  StorageState,
  WaitOptions,
} from "@colony/eventbus";
import type { ColonyBudget } from "./budget.ts";

/** A colony that is open: what people and programs talk to. Made by `openColony`; close it, or hold it by `await using`. */
export interface Colony extends AsyncDisposable {
  readonly id: ColonyId;
  /** The colony folder, or `memory`. */
  readonly dir: string;
  readonly overseer: AgentHandle;
  /** Every event from now on. */
  readonly events$: SafeObservable<ColonyEvent>;
  /** Every report from now on. */
  readonly reports$: SafeObservable<Report>;
  /** Passing signals from now on: text as it is said, progress of tools. */
  readonly pulses$: PulseStream;
  /** Whether what is said and done can be stored, as far as the last try has told. What is under way waits until it can. */
  readonly storage: StorageState;
  /** Each change of that from now on: one when the log begins to refuse, one when it has taken something again. */
  readonly storage$: SafeObservable<StorageState>;
  /** Says something to the overseer. Resolved means durable. Throws `input.invalid` and `input.key_conflict`. */
  inject(text: string, options?: InjectOptions): Promise<Receipt>;
  /**
   * Starts a worker from a definition. Throws `definition.not_found`, `agent.name_taken`, `spawn.refused`,
   * `spawn.too_deep`, `budget.exhausted`.
   */
  spawn(definition: string, options: SpawnOptions): Promise<AgentHandle>;
  /** Loads a conversation into the overseer before its first execution. */
  seed(source: SeedSource): Promise<SeedOutcome>;
  /** A worker, or the overseer, by id, name, or unique start of an id. Throws `agent.not_found`. */
  agent(idOrName: string): AgentHandle;
  /** Records of all agents, oldest first. */
  agents(): readonly AgentRecord[];
  /** What the person's stop and other blocks amount to. */
  readonly state: ColonyState;
  /**
   * Stops everything that is at work, and starts nothing until a person says something again. Where that cannot be stored
   * it rejects (`log.write_failed`, `log.gone`; `details.kept`), and what runs here is called off all the same, at once. It is
   * stored as soon as the log takes it; a host that ends before has not been told, and the next one goes on. So do `cancel`
   * and `stop` of one agent.
   */
  stop(options?: { readonly reason?: string }): Promise<readonly AgentId[]>;
  /** What it may spend in all, has spent, and holds for what is under way. */
  budget(): ColonyBudget;
  /**
   * Sets what it may spend in all, at any time, in place of what was set before: a raised budget lets the next input go on,
   * one that is lowered below what is spent ends what is at work. Throws `settings.invalid`.
   */
  setBudget(budget: Budget): Promise<void>;
  /** Events that match, from now on. */
  select(query: EventQuery): SafeObservable<ColonyEvent>;
  pulses(query: PulseQuery): PulseStream;
  /** Events after a seq, then live, without a gap or a repeat. Throws `feed.beyond_head`, and `colony.closed` afterwards. */
  feed(options?: FeedFrom & { readonly query?: EventQuery }): Feed;
  /** The first event that matches; undefined after the timeout. Rejects with `wait.aborted` and `usage.invalid`. */
  waitFor(query: EventQuery, options?: WaitOptions): Promise<ColonyEvent | undefined>;
  /** Seq of the newest event. */
  head(): number;
  stats(): BusStats;
  /** The whole body of a large tool result. */
  blob(sha256: string): Promise<string>;
  /** Resolves when nothing is at work, and nothing waits but for a person or for a definition that is not here. */
  idle(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Lets steps under way finish for `limits.shutdownGraceMs`, then lets go of everything. May be called twice. */
  close(): Promise<void>;
}

/** One agent of an open colony. */
export interface AgentHandle {
  readonly id: AgentId;
  readonly record: AgentRecord;
  /** Says something to it. Default mode: `queue` for the overseer, `steer` for workers. */
  inject(text: string, options?: InjectOptions): Promise<Receipt>;
  /** Cancels what it is doing; a persistent agent stays open. Throws `execution.ended` where there is nothing to cancel. */
  cancel(options?: { readonly reason?: string }): Promise<void>;
  /** Cancels and closes it and everything below it. */
  stop(options?: { readonly reason?: string }): Promise<readonly AgentId[]>;
  /**
   * Its report; waits for one where it is still at work. Undefined after the timeout. Rejects with `wait.aborted`,
   * `colony.closed` and `usage.invalid`.
   */
  report(options?: {
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<Report | undefined>;
  seed(source: SeedSource): Promise<SeedOutcome>;
  /** Everything that is known of it now. */
  state(): Promise<AgentState>;
  conversation(): Promise<readonly Message[]>;
}

/** How something is said. */
export interface InjectOptions {
  readonly mode?: InputMode;
  /** The same key with the same text is one input, for ever. 1 to 1,000 characters. */
  readonly idempotencyKey?: string;
  readonly files?: readonly FilePart[];
}

/** A durable input. */
export interface Receipt {
  readonly inputId: InputId;
  readonly agentId: AgentId;
  /** Everything that this input sets going carries this id. */
  readonly correlationId: CorrelationId;
  /** Seq up to which the log had come when it was accepted. */
  readonly seq: number;
  /**
   * The answer in words, once everything that the input set going has come to an end: for the overseer, its last answer
   * after the last report. Throws `execution.failed` or `execution.cancelled`.
   */
  reply(options?: { readonly signal?: AbortSignal }): Promise<string>;
  /** The same as a value. */
  outcome(options?: { readonly signal?: AbortSignal }): Promise<InputOutcome>;
  /**
   * Takes it back where its agent has not been given it: its outcome is `discarded` then. Whether it did; what has been
   * given to the agent already is not undone, and can be cancelled.
   */
  withdraw(options?: { readonly reason?: string }): Promise<boolean>;
}

/** How an input ended. */
export interface InputOutcome {
  readonly status: Exclude<ExecutionStatus, "queued" | "running"> | "discarded";
  readonly cause: ExecutionCause | null;
  readonly text: string | null;
  readonly error: Failure | null;
  readonly executionId: ExecutionId | null;
}

/** How a worker is started by a program. */
export interface SpawnOptions {
  readonly task: string;
  readonly name?: string;
  readonly label?: string;
  /** Higher ones get a place first; default 0. */
  readonly priority?: number;
  /** Who gets its report in the inbox; default nobody: it is to be had from the handle and from `reports$`. */
  readonly parent?: "overseer";
  readonly seed?: SeedSource;
  /** What it and everything below it may spend, within what its definition and the colony may. */
  readonly budget?: Budget;
}

/** Where a conversation comes from: a path on disk, or messages. What is neither throws `seed.unreadable`. */
export type SeedSource = { readonly from: string } | { readonly messages: readonly Message[] };

/** What came of seeding. */
export interface SeedOutcome {
  readonly messages: number;
  readonly problems: readonly SeedProblem[];
}
