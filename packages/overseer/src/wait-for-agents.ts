import {
  ColonyError,
  checkTimeoutMs,
  isEnded,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type Clock,
  type ColonyEvent,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { waitForEvents, type Awaited } from "./wait-for-events.ts";

/** What waiting for agents works with. */
export interface WaitForAgentsDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly clock: Clock;
}

/** How long to wait, for whom, and what ends it early. */
export interface WaitForAgentsOptions {
  /** Milliseconds from 0; infinite waits without end. */
  readonly timeoutMs: number;
  /** `all`: until none of them has work left; `any`: until one of them has none. */
  readonly until: "all" | "any";
  readonly signal?: AbortSignal | undefined;
}

/** Every agent that was asked for is in exactly one of the two, once for each time that it was named, in that order. */
export interface WaitedFor<What> {
  readonly completed: readonly What[];
  readonly pending: readonly What[];
}

/** Whether there is anything left for an agent to do: at work, waiting for a place, or with something in its inbox. */
export function hasWorkLeft({ status, execution, pendingInputs }: AgentRecord): boolean {
  if (status === "closed") return false;
  return (execution !== null && !isEnded(execution.status)) || pendingInputs > 0;
}

/** Events after which an agent may have nothing left to do. */
const ENDS: Awaited<States>["query"] = {
  types: [
    "EXECUTION_COMPLETED",
    "EXECUTION_FAILED",
    "EXECUTION_CANCELLED",
    "EXECUTION_TIMED_OUT",
    "EXECUTION_LOST",
    "INPUT_DISCARDED",
    "INPUT_DELIVERED",
    "AGENT_CLOSED",
  ],
};

/**
 * Waits until all of the agents, or one of them, have nothing left to do, or the time is over, and gives the state of each as
 * it then is. Rejects with `wait.aborted`, `colony.closed`, and `usage.invalid` for a time that is none.
 */
export async function waitForAgents(
  deps: WaitForAgentsDeps,
  ids: readonly AgentId[],
  options: WaitForAgentsOptions,
): Promise<WaitedFor<AgentState>> {
  checkTimeoutMs(options.timeoutMs);
  const states = new Map(await atRest(deps, ids, options));
  for (const id of ids) {
    // Those that are closed are not held in memory.
    const state = states.get(id) ?? (await deps.ledger.load(id));
    if (state !== undefined) states.set(id, state);
  }
  const found = ids.flatMap((id) => states.get(id) ?? []);
  return {
    completed: found.filter(({ record }) => !hasWorkLeft(record)),
    pending: found.filter(({ record }) => hasWorkLeft(record)),
  };
}

type States = readonly (readonly [AgentId, AgentState])[];

/** The open ones of the agents as they are at the moment in which the wait is over. */
async function atRest(
  deps: WaitForAgentsDeps,
  ids: readonly AgentId[],
  { timeoutMs, until, signal }: WaitForAgentsOptions,
): Promise<States> {
  const awaited = new AwaitedRest(deps.ledger, ids, until);
  const end = timeoutMs <= 0 ? awaited.late() : awaited.end();
  if (end !== undefined) return end;
  if (signal?.aborted === true) throw aborted();
  const ended = await waitForEvents(deps, awaited, { timeoutMs, signal });
  if (ended === "aborted") throw aborted();
  if (ended === "closed") throw closed();
  return ended;
}

/** That agents have nothing left to do. */
class AwaitedRest implements Awaited<States> {
  readonly agents: readonly AgentId[];
  readonly query = ENDS;
  readonly #ledger: Ledger;
  readonly #until: "all" | "any";
  #busy: Set<AgentId>;

  constructor(ledger: Ledger, ids: readonly AgentId[], until: "all" | "any") {
    this.agents = [...new Set(ids)];
    this.#ledger = ledger;
    this.#until = until;
    this.#busy = this.#whoIsBusy();
  }

  /** What the wait ends with as things are; undefined where it goes on. */
  end(): States | undefined {
    return this.#isOver() ? this.late() : undefined;
  }

  after({ agentId }: ColonyEvent): States | undefined {
    if (!this.#isBusy(agentId)) this.#busy.delete(agentId);
    // One that was at rest may have been given something meanwhile: only those that are so together are.
    if (this.#isOver()) this.#busy = this.#whoIsBusy();
    return this.end();
  }

  late(): States {
    return this.agents.flatMap((id) => pair(id, this.#ledger.peek(id)));
  }

  #isOver(): boolean {
    return this.#busy.size === 0 || (this.#until === "any" && this.#busy.size < this.agents.length);
  }

  #whoIsBusy(): Set<AgentId> {
    return new Set(this.agents.filter((id) => this.#isBusy(id)));
  }

  #isBusy(id: AgentId): boolean {
    const record = this.#ledger.index.get(id);
    return record !== undefined && hasWorkLeft(record);
  }
}

function pair(id: AgentId, state: AgentState | undefined): States {
  return state === undefined ? [] : [[id, state]];
}

function aborted(): ColonyError {
  return new ColonyError("wait.aborted", "waiting for agents was called off");
}

function closed(): ColonyError {
  return new ColonyError(
    "colony.closed",
    "the colony was closed while some of them were at work; open it again to go on",
  );
}
