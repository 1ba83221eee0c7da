import {
  inputId,
  type AgentId,
  type ColonyEvent,
  type EventOf,
  type EventType,
  type ExecutionEnd,
  type ExecutionId,
  type InputId,
} from "@colony/core";
import { PERSON } from "@colony/overseer";
import type { InputOutcome } from "./colony.ts";

/** Whose story it is. */
export interface StoryOf {
  readonly agentId: AgentId;
  readonly inputId: InputId;
}

const ENDS = {
  EXECUTION_COMPLETED: "completed",
  EXECUTION_FAILED: "failed",
  EXECUTION_CANCELLED: "cancelled",
  EXECUTION_TIMED_OUT: "timed_out",
  EXECUTION_LOST: "lost",
} as const satisfies Partial<Record<EventType, ExecutionEnd>>;

/** Events that tell an input's story. */
export const TOLD_BY = [
  "AGENT_SPAWNED",
  "AGENT_CLOSED",
  "INPUT_RECEIVED",
  "INPUT_DELIVERED",
  "INPUT_DISCARDED",
  "SUBAGENT_REPORT",
  "DISPATCH_BLOCKED",
  ...(Object.keys(ENDS) as readonly (keyof typeof ENDS)[]),
] as const satisfies readonly EventType[];

/** What one worker still owes: its first report, and one for what it was sent later. */
interface Owing {
  /** Inputs that it was sent on behalf of this story and has not been given. */
  readonly inbox: Set<InputId>;
  /** Something was given to it, or it was spawned, and it has not reported since. */
  atWork: boolean;
}

/** What a story is going to be told on: `input` by an input's id, `served` and `worker` by an agent's. */
export type StoryPlace = "input" | "served" | "worker";

/** Told under what a story is to be found from now on, and no longer. */
export interface StoryFiling {
  enter(place: StoryPlace, id: AgentId | InputId): void;
  leave(place: StoryPlace, id: AgentId | InputId): void;
}

/**
 * What one input sets going: the executions of its agent that it or a report of its workers was delivered to, and the
 * workers which these executions spawned or sent something to. It is over when none of them is at work and no report
 * waits to be delivered. Events that it is not filed for tell it nothing.
 */
export class InputStory {
  readonly #of: StoryOf;
  readonly #filing: StoryFiling;
  /** Those that still owe something. */
  readonly #workers = new Map<AgentId, Owing>();
  /** The input until it is delivered, and reports of its workers. */
  readonly #mail = new Set<InputId>();
  /** The execution that it is being served by. */
  #serving: ExecutionId | undefined;
  /** How the last execution ended that served it. */
  #last: InputOutcome | undefined;
  #stopped = false;
  #discarded = false;
  /** Seq of the event that it was told last. */
  #toldTo = 0;

  constructor(of: StoryOf, filing: StoryFiling) {
    this.#of = of;
    this.#filing = filing;
    this.#post(of.inputId);
  }

  /** What it has come to; undefined while it goes on. */
  outcome(): InputOutcome | undefined {
    const last = this.#last;
    if (last === undefined || this.#discarded) return last;
    if (this.#serving !== undefined || this.#workers.size > 0) return undefined;
    if (this.#mail.size === 0) return last;
    // Reports wait behind the stop until a person begins something new; what was stopped is over.
    return this.#stopped ? { ...last, status: "cancelled", cause: "user" } : undefined;
  }

  /** Takes in the next event of the log; the same one again changes nothing. */
  take(event: ColonyEvent): void {
    if (event.seq <= this.#toldTo) return;
    this.#toldTo = event.seq;
    if (event.type === "DISPATCH_BLOCKED") this.#stopped ||= event.data.owner === PERSON && this.#hasBegun;
    if (event.agentId === this.#of.agentId) this.#takeOwn(event);
    else if (this.#isSetGoing(event)) this.#takeFirstOf(event);
    else {
      const owing = this.#workers.get(event.agentId);
      if (owing !== undefined) this.#takeOf(owing, event);
    }
  }

  /** Nobody follows it any more: it is filed nowhere. */
  forget(): void {
    for (const id of this.#mail) this.#filing.leave("input", id);
    for (const id of this.#workers.keys()) this.#filing.leave("worker", id);
    if (this.#serving !== undefined) this.#filing.leave("served", this.#of.agentId);
  }

  get #hasBegun(): boolean {
    return this.#serving !== undefined || this.#last !== undefined;
  }

  #takeOwn(event: ColonyEvent): void {
    if (event.type === "INPUT_DELIVERED") {
      const ours = event.data.inputIds.filter((id) => this.#unpost(id));
      if (ours.length > 0) this.#serve(event.executionId);
    } else if (event.type === "INPUT_DISCARDED" && event.data.inputId === this.#of.inputId) {
      this.#discarded = true;
      const error = { code: "input.not_found", message: event.data.reason };
      this.#last = { status: "discarded", cause: null, text: null, error, executionId: null };
    } else if (isEnd(event) && event.executionId === this.#serving && event.executionId !== undefined) {
      const { cause, output, error } = event.data;
      this.#last = { status: ENDS[event.type], cause, text: output, error, executionId: event.executionId };
      this.#serve(undefined);
    }
  }

  /** An execution of ours spawns a worker, or sends something to one. An agent is at one execution at a time. */
  #isSetGoing(event: ColonyEvent): event is EventOf<"AGENT_SPAWNED"> | EventOf<"INPUT_RECEIVED"> {
    if (this.#serving === undefined) return false;
    if (event.type === "AGENT_SPAWNED") return event.data.parentId === this.#of.agentId;
    return event.type === "INPUT_RECEIVED" && event.data.from === this.#of.agentId;
  }

  #takeFirstOf(event: EventOf<"AGENT_SPAWNED"> | EventOf<"INPUT_RECEIVED">): void {
    const { agentId } = event;
    const owing = this.#workers.get(agentId) ?? { inbox: new Set(), atWork: false };
    if (!this.#workers.has(agentId)) this.#filing.enter("worker", agentId);
    this.#workers.set(agentId, owing);
    if (event.type === "AGENT_SPAWNED") owing.atWork = true;
    else owing.inbox.add(event.data.inputId);
  }

  #takeOf(owing: Owing, event: ColonyEvent): void {
    if (event.type === "INPUT_DELIVERED") {
      const ours = event.data.inputIds.filter((id) => owing.inbox.delete(id));
      if (ours.length > 0) owing.atWork = true;
    } else if (event.type === "INPUT_DISCARDED") owing.inbox.delete(event.data.inputId);
    else if (event.type === "AGENT_CLOSED") {
      owing.atWork = false;
      // What it keeps comes when somebody opens it again, and may never: nobody waits for that.
      owing.inbox.clear();
    } else if (event.type === "SUBAGENT_REPORT" && owing.atWork) {
      owing.atWork = false;
      if (event.data.parentId === this.#of.agentId) this.#post(inputId(event.id));
    }
    if (owing.atWork || owing.inbox.size > 0) return;
    this.#workers.delete(event.agentId);
    this.#filing.leave("worker", event.agentId);
  }

  #post(id: InputId): void {
    this.#mail.add(id);
    this.#filing.enter("input", id);
  }

  #unpost(id: InputId): boolean {
    const was = this.#mail.delete(id);
    if (was) this.#filing.leave("input", id);
    return was;
  }

  #serve(execution: ExecutionId | undefined): void {
    if (this.#serving === undefined && execution !== undefined)
      this.#filing.enter("served", this.#of.agentId);
    if (this.#serving !== undefined && execution === undefined)
      this.#filing.leave("served", this.#of.agentId);
    this.#serving = execution;
  }
}

type EndEvent = EventOf<keyof typeof ENDS>;

function isEnd(event: ColonyEvent): event is EndEvent {
  return Object.hasOwn(ENDS, event.type);
}
