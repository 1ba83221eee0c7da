import {
  ColonyError,
  checkTimeoutMs,
  isEnded,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type Clock,
  type EventType,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

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
const ENDS: readonly EventType[] = [
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
  "INPUT_DISCARDED",
  "INPUT_DELIVERED",
  "AGENT_CLOSED",
];

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
  { ledger, bus, clock }: WaitForAgentsDeps,
  ids: readonly AgentId[],
  { timeoutMs, until, signal }: WaitForAgentsOptions,
): Promise<States> {
  const asked = [...new Set(ids)];
  const isBusy = (id: AgentId): boolean => {
    const record = ledger.index.get(id);
    return record !== undefined && hasWorkLeft(record);
  };
  const now = (): States => asked.flatMap((id) => pair(id, ledger.peek(id)));
  let busy = new Set(asked.filter(isBusy));
  const isOver = (): boolean => busy.size === 0 || (until === "any" && busy.size < asked.length);
  if (isOver() || timeoutMs <= 0) return now();
  if (signal?.aborted === true) throw aborted();
  const leave: (() => void)[] = [];
  try {
    return await new Promise<States>((resolve, reject) => {
      const onAbort = (): void => reject(aborted());
      signal?.addEventListener("abort", onAbort);
      leave.push(() => signal?.removeEventListener("abort", onAbort));
      if (timeoutMs < Number.POSITIVE_INFINITY) leave.push(clock.after(timeoutMs, () => resolve(now())));
      // Each is heard by itself: thousands may wait for thousands, and most events concern none of one's own.
      for (const agentId of asked) {
        const heard = bus.events$({ agentId, types: ENDS }).subscribe({
          next: () => {
            if (!isBusy(agentId)) busy.delete(agentId);
            // One that was at rest may have been given something meanwhile: only those that are so together are.
            if (isOver()) busy = new Set(asked.filter(isBusy));
            if (isOver()) resolve(now());
          },
          complete: () => reject(closed()),
        });
        leave.push(() => heard.unsubscribe());
      }
    });
  } finally {
    for (const each of leave) each();
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
