import type {
  AgentId,
  AgentRecord,
  AgentSnapshot,
  AgentState,
  Arrival,
  CorrelationId,
  ExecutionCause,
  ExecutionId,
  ExecutionStatus,
  Failure,
  FilePart,
  InputId,
  InputMode,
  Message,
  PendingRequest,
  Report,
  SeedProblem,
  StatusWord,
} from "@colony/core";
import type { ApproveOptions } from "./colony.ts";
import type { GivenAnswers } from "./requests/requests.ts";

/** One agent of an open colony. */
export interface AgentHandle {
  readonly id: AgentId;
  /** What is known of it in short, to look at: it is what the colony itself goes by. */
  readonly record: AgentRecord;
  /**
   * Says something to it. Default mode: `queue` for the overseer, `steer` for workers. Throws `input.invalid`,
   * `input.key_conflict`, `agent.closed`.
   */
  inject(text: string, options?: InjectOptions): Promise<Receipt>;
  /** The same as `inject`. */
  send(text: string, options?: InjectOptions): Promise<Receipt>;
  /**
   * Waits until it has nothing left to do, by default without end, and gives it as it then is; undefined after the timeout.
   * Rejects with `wait.aborted`, `colony.closed` and `usage.invalid`.
   */
  wait(options?: {
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<AgentSnapshot | undefined>;
  /** All that is known of it now, as plain JSON. */
  snapshot(): Promise<AgentSnapshot>;
  /** Cancels what it is doing; a persistent agent stays open. Throws `execution.ended` where there is nothing to cancel. */
  cancel(options?: { readonly reason?: string }): Promise<void>;
  /** Cancels and closes it and everything below it. What waits for them is discarded. */
  stop(options?: { readonly reason?: string }): Promise<readonly AgentId[]>;
  /**
   * Calls off what it does and takes nothing more. A persistent worker keeps what waits for it, unrun, until it is opened
   * again; those below it go on. Closing it again changes nothing. Throws `agent.not_a_worker` for the overseer.
   */
  close(options?: { readonly reason?: string }): Promise<ClosedAgent>;
  /**
   * Opens a persistent worker again, which goes on with what it kept. Changes nothing where it is open. Throws
   * `agent.not_persistent` for an ephemeral one.
   */
  reopen(): Promise<AgentSnapshot>;
  /** Leaves a worker out of lists that are not asked for everything; nothing else of it changes. */
  dismiss(): Promise<void>;
  /**
   * Takes a closed worker out of every list, for good, and frees its name; its events stay. Throws `agent.not_closed` where it
   * is open, and `agent.not_found` afterwards, as everything else of this handle does then.
   */
  remove(): Promise<void>;
  /**
   * Its report; waits for one where it is still at work. Undefined after the timeout. Rejects with `wait.aborted`,
   * `colony.closed` and `usage.invalid`.
   */
  report(options?: {
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<Report | undefined>;
  /** What of it waits for a person: questions and calls to be approved, as copies. */
  pending(): readonly PendingRequest[];
  /**
   * Answers what it asks, as `Colony.answer` does; `call` says which of its calls, where several wait. Throws
   * `request.not_found`, `request.not_open` and `answer.invalid`.
   */
  answer(answers: GivenAnswers, options?: OfCall): Promise<void>;
  /** Lets a call of it run, as `Colony.approve` does. */
  approve(options?: ApproveOptions & OfCall): Promise<void>;
  /** Has a call of it answered as denied. */
  deny(options?: { readonly reason?: string } & OfCall): Promise<void>;
  seed(source: SeedSource): Promise<SeedOutcome>;
  /** Everything that is known of it now, to look at: it is what the colony itself goes by. */
  state(): Promise<AgentState>;
  /** What has been said, as a copy. Throws `agent.pruned` where it is not kept any longer. */
  conversation(): Promise<readonly Message[]>;
}

/** Which of an agent's calls is meant. */
export interface OfCall {
  /** Its call id; only needed where several wait. */
  readonly call?: string;
}

/** A worker that has been closed. */
export interface ClosedAgent extends AgentSnapshot {
  /** Its status before. */
  readonly previousStatus: StatusWord;
  /** It was closed already, and nothing was changed. */
  readonly wasClosed: boolean;
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
  /** What became of it as things stood then: whether it was begun with at once, steers what runs, or waits, and where. */
  readonly arrival: Arrival;
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

/** Where a conversation comes from: a path on disk, or messages. What is neither throws `seed.unreadable`. */
export type SeedSource = { readonly from: string } | { readonly messages: readonly Message[] };

/** What came of seeding. */
export interface SeedOutcome {
  readonly messages: number;
  readonly problems: readonly SeedProblem[];
}
