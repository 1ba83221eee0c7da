import type { ColonyEvent, NewEvent } from "../events/envelope.ts";
import type { EventType } from "../events/catalogue.ts";
import type { AgentId, ColonyId, CorrelationId, ExecutionId } from "../ids.ts";

/** Which recorded events a reader wants. All given conditions must hold; none given means every event. */
export interface EventQuery {
  readonly types?: readonly EventType[];
  /** Events of this agent's own stream. */
  readonly agentId?: AgentId;
  /** Events of this agent's own stream, and reports addressed to it. */
  readonly concerning?: AgentId;
  /** Events of agents whose parent this is. Answered by whoever knows the agents, not by the log. */
  readonly parentId?: AgentId;
  readonly executionId?: ExecutionId;
  readonly correlationId?: CorrelationId;
}

/** What a log can answer by itself. */
export interface LogRead extends Omit<EventQuery, "parentId"> {
  /** Only events with a greater seq; 0 or absent reads from the start. */
  readonly after?: number;
  /** Most events to return; default 1,000. */
  readonly limit?: number;
}

/** One append: events for one agent's stream. */
export interface Append {
  readonly agentId: AgentId;
  /** The version of the stream before this append; 0 for a new stream. */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
  /** Epoch ms that the events are stamped with. */
  readonly at: number;
  /** The events are those of `placedEvent`, made for this append and given away with it: the log completes them. */
  readonly placed?: true;
}

/** Which events are to be removed. */
export interface Pruning {
  /** Of these streams, each up to a version. */
  readonly streams: readonly { readonly agentId: AgentId; readonly upTo: number }[];
  readonly types: readonly EventType[];
}

/** How much that is. */
export interface PrunedSize {
  readonly events: number;
  /** Of what the events say, without what stands around it. */
  readonly sizeBytes: number;
}

/**
 * How a log gets rid of what is not kept for ever. Which events those are is decided and recorded before. Neither the
 * newest event of a stream is ever removed nor what is mail for another agent, so versions and inboxes stay as they are.
 */
export interface EventPruning {
  /** What `remove` would remove. */
  weigh(pruning: Pruning): Promise<PrunedSize>;
  /** Removes them for good, all or nothing; what is not there any more is no fault. Rejects with `log.write_failed`, `log.closed`. */
  remove(pruning: Pruning): Promise<PrunedSize>;
}

/**
 * Where events are kept, in the one order that everything else follows.
 *
 * Promises (held by testkit's `eventLogContract`): an append is all or nothing and durable once it resolves; appends
 * that were called in some order get seqs in that order; concurrent appends share one disk commit; every append that
 * resolves has been told to the `onAppended` listeners before, once, in seq order; one that rejects left no trace.
 */
export interface EventLog {
  /** The colony whose log this is. */
  readonly colonyId: ColonyId;
  /** Rejects with `log.conflict` where the stream is not at `expectedVersion`, `log.write_failed` where the store fails, `log.closed` after close. */
  append(append: Append): Promise<readonly ColonyEvent[]>;
  /** One page in seq order. A page shorter than the limit means there was no more at that moment. */
  read(read: LogRead): Promise<readonly ColonyEvent[]>;
  /** Called synchronously, in seq order, after each commit and before its appends resolve. A listener must not throw. Returns the way to stop. */
  onAppended(listener: (events: readonly ColonyEvent[]) => void): () => void;
  /** Seq of the newest event; 0 when empty. */
  head(): number;
  /** Absent where everything is kept for ever. */
  readonly pruning?: EventPruning;
  /** Lets appends that were accepted finish, then releases everything. May be called twice. */
  close(): Promise<void>;
}
