import type {
  AgentId,
  AgentRecord,
  ApprovalScope,
  Budget,
  ColonyEvent,
  ColonyId,
  ColonyState,
  EventQuery,
  JsonValue,
  PendingRequest,
  PromptProfile,
  Report,
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
import type { ToolSet } from "@colony/worker";
import type { AgentHandle, InjectOptions, Receipt, SeedSource, SeedOutcome } from "./agent-face.ts";
import type { ColonyBudget } from "./budget.ts";
import type { WaitForAgentsOptions, WaitTarget, WaitedForAgents } from "./handles/waiting.ts";
import type { ColonyFor } from "./access/colony-for.ts";
import type { Principal } from "./access/principal.ts";
import type { GivenAnswers } from "./requests/requests.ts";
import type { ColonyTriggers } from "./triggers/colony-triggers.ts";

export type {
  AgentHandle,
  ClosedAgent,
  InjectOptions,
  Receipt,
  InputOutcome,
  SeedSource,
  SeedOutcome,
} from "./agent-face.ts";
import type { ListOptions, WorkerList } from "./listing.ts";
import type { PruneOptions, PruneSize } from "./retention-pruning.ts";
import type { RunningSnapshot } from "./running.ts";

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
  /**
   * A worker, in the same way; without a name the open one to which something happened last. Throws `agent.not_found`,
   * `agent.not_a_worker`, and `agent.target_required` where none is named and none is open.
   */
  worker(idOrName?: string): AgentHandle;
  /** Records of all agents but those that were removed, oldest first. */
  agents(): readonly AgentRecord[];
  /**
   * Workers, newest first, a page at a time. Without conditions those that are not dismissed, removed, or closed for longer
   * than `limits.retentionMs`. Whom nobody knows has none. Throws `usage.invalid`.
   */
  list(options?: ListOptions): WorkerList;
  /** All agents that have something under way, as they stand. */
  running(): RunningSnapshot;
  /** The same when somebody begins to listen, and after each change, once for all that changes in one turn. */
  readonly running$: SafeObservable<RunningSnapshot>;
  /** What `prune` would remove now. */
  prunable(options?: PruneOptions): Promise<PruneSize>;
  /**
   * Removes for good what workers that have been closed for longer than `retention.keepMs` have said and done: their
   * conversations and work. Their reports, what they used and what budgets have come to stay. Nobody is pruned that is
   * open, has anybody open below it, or whose report somebody open has not been given yet. Throws `usage.invalid`,
   * `settings.invalid` and `log.write_failed`; the next one, or the next opening, finishes what was begun.
   */
  prune(options?: PruneOptions): Promise<PruneSize>;
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
  /** What sends inputs by itself: schedules, one-shot times, webhooks. */
  readonly triggers: ColonyTriggers;
  /** Events that match, from now on. */
  select(query: EventQuery): SafeObservable<ColonyEvent>;
  pulses(query: PulseQuery): PulseStream;
  /** Events after a seq, then live, without a gap or a repeat. Throws `feed.beyond_head`, and `colony.closed` afterwards. */
  feed(options?: FeedFrom & { readonly query?: EventQuery }): Feed;
  /** The first event that matches; undefined after the timeout, or once the colony is closed. Rejects with `wait.aborted` and `usage.invalid`. */
  waitFor(query: EventQuery, options?: WaitOptions): Promise<ColonyEvent | undefined>;
  /**
   * Waits for agents, at most 30 s by default: until all of them, or `any` of them, have nothing left to do. Where one of
   * them is not there (`agent.not_found`) none is waited for. Rejects with `wait.aborted`, `colony.closed`, `usage.invalid`.
   */
  waitFor(targets: readonly WaitTarget[], options?: WaitForAgentsOptions): Promise<WaitedForAgents>;
  /** Everything that waits for a person, from whatever depth: questions and calls to be approved, oldest first. */
  pending(): readonly PendingRequest[];
  /** The same as it stands when somebody begins to listen, and after each change. */
  readonly pending$: SafeObservable<readonly PendingRequest[]>;
  /**
   * Answers a question, by its request's id or by its agent where that asks in one call only: with an option's number (from
   * 1) or text, or a text of one's own; one by one or several at once, by the questions' ids. Throws `request.not_found`,
   * `request.not_open` and `answer.invalid`.
   */
  answer(request: string, answers: GivenAnswers): Promise<void>;
  /**
   * Lets a call run. Throws `request.not_found`, `request.not_open`, and `tool.invalid_input` for an input that the tool
   * does not take; the call still waits then.
   */
  approve(request: string, options?: ApproveOptions): Promise<void>;
  /** Has a call answered as denied. Throws `request.not_found` and `request.not_open`. */
  deny(request: string, options?: { readonly reason?: string }): Promise<void>;
  /**
   * Whether every call of a tool is approved from now on, by its name alone, whichever definition has it; then
   * what waits already is let run as well. Throws `tool.unknown` for the approval of a tool that nobody has.
   */
  setToolApproval(tool: string, approved: boolean): Promise<void>;
  /** Seq of the newest event. */
  head(): number;
  stats(): BusStats;
  /** The whole body of a large tool result. */
  blob(sha256: string): Promise<string>;
  /**
   * Resolves when nothing is at work, and nothing waits but for a person or for a definition that is not here; or once the colony is
   * closed, whatever was at work then: the next one who opens it goes on with that.
   */
  idle(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * The same colony as one of several people has it: what they may not see is not there, and every call is decided by the
   * policy that the colony was opened with. This face itself is its owner's, and nothing is held back from it. Throws
   * `usage.invalid`.
   */
  as(principal: Principal): ColonyFor;
  /** Lets steps under way finish for `limits.shutdownGraceMs`, then lets go of everything. May be called twice. */
  close(): Promise<void>;
}

/** How a call is let run. */
export interface ApproveOptions {
  /** What it runs with instead of what the model gave. */
  readonly input?: JsonValue;
  /**
   * From now on for this worker's calls of the tool, or for everybody's, what waits already included. Default: this call.
   * `tool` goes by the tool's name alone: it also lets another definition's different tool of that name run.
   */
  readonly always?: ApprovalScope;
}

/** How a worker is started by a program. */
export interface SpawnOptions {
  readonly task: string;
  readonly name?: string;
  /** At most 1,000 characters. */
  readonly label?: string;
  /** Higher ones get a place first; default 0. */
  readonly priority?: number;
  /** Who gets its report in the inbox; default nobody: it is to be had from the handle and from `reports$`. */
  readonly parent?: "overseer";
  readonly seed?: SeedSource;
  /** Tell a person elsewhere when it has ended, through the colony's notifier. Throws `spawn.refused` where it has none. */
  readonly notify?: boolean;
  /** What it and everything below it may spend, within what its definition and the colony may. */
  readonly budget?: Budget;
  /** Narrows the tools that its definition gives it. What is denied here is denied to everything below it too. */
  readonly toolSet?: ToolSet;
  /** How much it is told before its task; default: what its definition says. */
  readonly profile?: PromptProfile;
}
