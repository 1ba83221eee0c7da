import type {
  AgentId,
  AgentRecord,
  ColonyEvent,
  ColonyId,
  EventQuery,
  Message,
  PendingRequest,
} from "@colony/core";
import type { FeedFrom, SafeObservable } from "@colony/eventbus";
import type { AgentHandle, ClosedAgent, InjectOptions, Receipt, SeedOutcome } from "../agent-face.ts";
import type { ApproveOptions, SpawnOptions } from "../colony.ts";
import type { ListOptions, WorkerList } from "../listing.ts";
import type { GivenAnswers } from "../requests/requests.ts";
import type { Principal } from "./principal.ts";

/**
 * A colony as one of several people has it. An agent that they may not see is not there: it is in no list, none of its events
 * is told, and asking for it gives what an unknown id gives. What they may see and not do throws `access.denied`.
 */
export interface ColonyFor {
  readonly id: ColonyId;
  readonly principal: Principal;
  /** Says something to the overseer. Throws `agent.not_found` where the overseer is not theirs to see, and what `Colony.inject` throws. */
  inject(text: string, options?: InjectOptions): Promise<Receipt>;
  /** Starts a worker that is theirs. Names are unique in the whole colony: one that another has taken is taken. */
  spawn(definition: string, options: SpawnOptionsFor): Promise<AgentHandleFor>;
  /** By id, name, or unique start of an id among those that they may see. Throws `agent.not_found`. */
  agent(idOrName: string): AgentHandleFor;
  /** A worker among those; without a name the one of them to which something happened last. Throws `agent.target_required`. */
  worker(idOrName?: string): AgentHandleFor;
  /** Records of the agents that they may see, oldest first. */
  agents(): readonly AgentRecord[];
  /** Workers that they may see, newest first, a page at a time, as `Colony.list` has them. Throws `usage.invalid`. */
  list(options?: ListOptions): WorkerList;
  /** What waits for people at agents that they may see, oldest first. */
  pending(): readonly PendingRequest[];
  answer(request: string, answers: GivenAnswers): Promise<void>;
  /** Approving every call of a tool (`always: "tool"`) is for those who may do so for the whole colony. */
  approve(request: string, options?: ApproveOptions): Promise<void>;
  deny(request: string, options?: { readonly reason?: string }): Promise<void>;
  /** Events of agents that they may see, from now on. */
  readonly events$: SafeObservable<ColonyEvent>;
  select(query: EventQuery): SafeObservable<ColonyEvent>;
  /** The same after a seq, then live. Throws `feed.beyond_head`. */
  feed(options?: FeedFrom & { readonly query?: EventQuery }): SafeObservable<ColonyEvent>;
}

/** Files of the host are not for others to read, so a conversation to begin with comes as messages. */
export type SpawnOptionsFor = Omit<SpawnOptions, "seed"> & { readonly seed?: SeedFor };

/** A conversation to begin with. */
export interface SeedFor {
  readonly messages: readonly Message[];
}

/** What calls off the work of others needs their word that they know. */
export interface CallOffOptions {
  readonly reason?: string;
  /** Needed where the agent is somebody else's; throws `access.unconfirmed` without. */
  readonly confirm?: boolean;
}

/** One agent, as one of several people has it. What was theirs to see and is no longer throws `agent.not_found`. */
export interface AgentHandleFor extends Pick<
  AgentHandle,
  | "id"
  | "record"
  | "snapshot"
  | "inject"
  | "send"
  | "wait"
  | "report"
  | "reopen"
  | "dismiss"
  | "state"
  | "conversation"
  | "pending"
  | "answer"
  | "approve"
  | "deny"
> {
  cancel(options?: CallOffOptions): Promise<void>;
  /** With everything below it, whosever that is. Which of those they may see were stopped. */
  stop(options?: CallOffOptions): Promise<readonly AgentId[]>;
  close(options?: CallOffOptions): Promise<ClosedAgent>;
  remove(options?: Pick<CallOffOptions, "confirm">): Promise<void>;
  seed(source: SeedFor): Promise<SeedOutcome>;
}
