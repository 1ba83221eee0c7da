import {
  COLONY_STREAM,
  ColonyError,
  isEnded,
  type AgentId,
  type ColonyEvent,
  type CorrelationId,
  type EventType,
  type ExecutionEnd,
  type ExecutionId,
  type InputId,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import type { InputOutcome } from "./colony.ts";

/** What an input's outcome is found out from. */
export interface OutcomeDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
}

/** Which input, and from where its story is read. */
export interface OutcomeOf {
  readonly agentId: AgentId;
  readonly inputId: InputId;
  readonly correlationId: CorrelationId;
  /** A seq before it was received. */
  readonly after: number;
}

/**
 * Follows what an input set going until nothing of it is left: no execution that serves it, no worker of it at work, no
 * report of one in the inbox. Its outcome is that of the last execution which served it. It is read from the log, so it
 * is the same whether one asks before, during or long after.
 */
export async function outcomeOf(
  { ledger, bus }: OutcomeDeps,
  input: OutcomeOf,
  signal?: AbortSignal,
): Promise<InputOutcome> {
  const story = new Story(input);
  let after = input.after;
  while (signal?.aborted !== true) {
    const until = bus.stats().head;
    for await (const event of bus.feed({ after, until, query: { concerning: input.agentId, types: TOLD_BY } }))
      story.take(event);
    after = until;
    const outcome = isSettled(ledger, input) ? story.outcome() : undefined;
    if (outcome !== undefined) return outcome;
    const changed = bus.feed({ after, query: { types: CHANGED_BY }, ...(signal === undefined ? {} : { signal }) });
    if (!(await somethingIn(changed))) break;
  }
  throw signal?.aborted === true
    ? new ColonyError("wait.aborted", `waiting for the outcome of input "${input.inputId}" was called off`)
    : new ColonyError("colony.closed", `the colony was closed before input "${input.inputId}" came to its end`);
}

const ENDS: Partial<Record<EventType, ExecutionEnd>> = {
  EXECUTION_COMPLETED: "completed",
  EXECUTION_FAILED: "failed",
  EXECUTION_CANCELLED: "cancelled",
  EXECUTION_TIMED_OUT: "timed_out",
  EXECUTION_LOST: "lost",
};

const END_TYPES = Object.keys(ENDS) as readonly EventType[];

/** Events that tell an input's story. */
const TOLD_BY: readonly EventType[] = ["INPUT_RECEIVED", "SUBAGENT_REPORT", "INPUT_DELIVERED", "INPUT_DISCARDED", ...END_TYPES];

/** Events after which it may have come to its end. */
const CHANGED_BY: readonly EventType[] = ["INPUT_DISCARDED", "AGENT_CLOSED", ...END_TYPES];

/** What is known of an input from the events so far. */
class Story {
  readonly #input: OutcomeOf;
  /** Inputs of the same correlation that are not delivered yet. */
  readonly #mail = new Set<string>();
  readonly #serving = new Set<ExecutionId>();
  #outcome: InputOutcome | undefined;

  constructor(input: OutcomeOf) {
    this.#input = input;
  }

  outcome(): InputOutcome | undefined {
    return this.#outcome;
  }

  take(event: ColonyEvent): void {
    if (event.type === "INPUT_RECEIVED" || event.type === "SUBAGENT_REPORT") {
      if (event.correlationId !== this.#input.correlationId) return;
      this.#mail.add(event.type === "INPUT_RECEIVED" ? event.data.inputId : event.id);
    } else if (event.type === "INPUT_DELIVERED") {
      const ours = event.data.inputIds.some((id) => this.#mail.has(id));
      if (ours && event.executionId !== undefined) this.#serving.add(event.executionId);
    } else if (event.type === "INPUT_DISCARDED") {
      if (event.data.inputId !== this.#input.inputId) return;
      const error = { code: "input.not_found", message: event.data.reason };
      this.#outcome = { status: "discarded", cause: null, text: null, error, executionId: null };
    } else this.#takeEnd(event);
  }

  #takeEnd(event: ColonyEvent): void {
    const status = ENDS[event.type];
    const { executionId } = event;
    if (status === undefined || executionId === undefined || !this.#serving.has(executionId)) return;
    if (!("output" in event.data)) return;
    const { cause, output, error } = event.data;
    this.#outcome = { status, cause, text: output, error, executionId };
  }
}

/** Whether nothing that the input set going is under way or waiting now. */
function isSettled(ledger: Ledger, { agentId, correlationId }: OutcomeOf): boolean {
  const state = ledger.peek(agentId);
  if (state !== undefined) {
    if (state.inbox.some((pending) => pending.correlationId === correlationId)) return false;
    const { execution } = state.record;
    if (execution !== null && !isEnded(execution.status) && state.execution?.serves.includes(correlationId) === true)
      return false;
  }
  for (const id of ledger.index.open()) {
    const record = ledger.index.get(id);
    if (id === agentId || id === COLONY_STREAM || record?.correlationId !== correlationId) continue;
    if (record.execution !== null && !isEnded(record.execution.status)) return false;
  }
  return true;
}

async function somethingIn(events: AsyncIterable<ColonyEvent>): Promise<boolean> {
  for await (const _event of events) return true;
  return false;
}
