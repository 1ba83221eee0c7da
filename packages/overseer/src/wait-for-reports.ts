import {
  ColonyError,
  checkTimeoutMs,
  inputId,
  isEnded,
  type AgentId,
  type Clock,
  type ColonyEvent,
  type EventOf,
  type EventType,
  type InputId,
  type Report,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { PERSON } from "./person.ts";
import { waitForEvents, type Awaited, type Cut } from "./wait-for-events.ts";

/** What waiting works with. */
export interface WaitDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** The newest report of an agent, from the log. */
  readonly reportOf: (id: AgentId) => Promise<ReportEvent | undefined>;
}

/** A report as it is recorded. */
export type ReportEvent = EventOf<"SUBAGENT_REPORT">;

/** Every worker is in exactly one of the two. */
export interface Waited {
  /** In the order in which the workers were named. */
  readonly reports: readonly { readonly id: AgentId; readonly report: Report; readonly inputId: InputId }[];
  readonly laggards: readonly AgentId[];
  /** A person has said something, or a worker asks, and the waiting agent has not been given it yet, which ended the wait. */
  readonly asked: boolean;
}

/** How long to wait, and what ends it early. */
export interface WaitForReportsOptions {
  /** Infinite waits without end. Milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Ends the wait early when this agent gets something from a person. */
  readonly unlessAsked?: AgentId;
}

/**
 * Waits until none of the workers has work left, and gives the newest report of each. Rejects with `wait.aborted` when
 * the signal is aborted, with `colony.closed` when the colony closes first, and with `usage.invalid` for a time that is
 * none.
 */
export async function waitForReports(
  deps: WaitDeps,
  ids: readonly AgentId[],
  options: WaitForReportsOptions,
): Promise<Waited> {
  checkTimeoutMs(options.timeoutMs);
  const awaited = new AwaitedReports(deps, ids, options.unlessAsked);
  const ended = await untilDone(deps, awaited, options);
  if (ended === "aborted") throw new ColonyError("wait.aborted", "waiting for reports was called off");
  if (ended === "closed")
    throw new ColonyError(
      "colony.closed",
      "the colony was closed before the reports had come; open it again to go on",
    );
  return await awaited.given(ended);
}

type WaitEnd = "done" | "timeout" | "asked";

function untilDone(
  deps: WaitDeps,
  awaited: AwaitedReports,
  { timeoutMs, signal }: WaitForReportsOptions,
): WaitEnd | Cut | Promise<WaitEnd | Cut> {
  const end = awaited.end();
  if (end === "done") return end;
  if (signal?.aborted === true) return "aborted";
  if (end !== undefined) return end;
  if (timeoutMs <= 0) return "timeout";
  return waitForEvents(deps, awaited, { timeoutMs, signal });
}

const TYPES: readonly EventType[] = ["SUBAGENT_REPORT", "AGENT_CLOSED", "QUESTION_ASKED"];
const ENDS = { types: TYPES };
const ENDS_AND_INPUTS: typeof ENDS = { types: [...TYPES, "INPUT_RECEIVED"] };

/** The reports of some workers: those of them that are at work when the wait begins are heard. */
class AwaitedReports implements Awaited<WaitEnd> {
  readonly agents: readonly AgentId[];
  readonly query: typeof ENDS;
  readonly #deps: WaitDeps;
  readonly #ids: readonly AgentId[];
  readonly #unlessAsked: AgentId | undefined;
  /** Those that are still at work. */
  readonly #left = new Set<AgentId>();
  /** The newest report that is heard of each, which spares reading it from the log. Made with the first one. */
  #heard: Map<AgentId, ReportEvent> | undefined;

  constructor(deps: WaitDeps, ids: readonly AgentId[], unlessAsked: AgentId | undefined) {
    this.#deps = deps;
    this.#ids = ids;
    this.#unlessAsked = unlessAsked;
    for (const id of ids) if (isBusy(deps.ledger, id)) this.#left.add(id);
    this.agents = unlessAsked === undefined ? [...this.#left] : [...this.#left, unlessAsked];
    this.query = unlessAsked === undefined ? ENDS : ENDS_AND_INPUTS;
  }

  /** What the wait ends with as things are; undefined where it goes on. */
  end(): WaitEnd | undefined {
    if (this.#left.size === 0) return "done";
    const isAsked = this.#unlessAsked !== undefined && hasBeenAsked(this.#deps.ledger, this.#unlessAsked);
    return isAsked ? "asked" : undefined;
  }

  after(event: ColonyEvent): WaitEnd | undefined {
    const { agentId } = event;
    if (event.type === "SUBAGENT_REPORT") (this.#heard ??= new Map()).set(agentId, event);
    if (!isBusy(this.#deps.ledger, agentId)) this.#left.delete(agentId);
    return this.end();
  }

  late(): WaitEnd {
    return "timeout";
  }

  /** What the wait gives, once it is over. */
  async given(ended: WaitEnd): Promise<Waited> {
    const { ledger, reportOf } = this.#deps;
    const reports: { readonly id: AgentId; readonly report: Report; readonly inputId: InputId }[] = [];
    const laggards: AgentId[] = [];
    for (const id of this.#ids) {
      const event = isBusy(ledger, id) ? undefined : (this.#newest(id) ?? (await reportOf(id)));
      if (event === undefined) laggards.push(id);
      else reports.push({ id, report: event.data, inputId: inputId(event.id) });
    }
    return { reports, laggards, asked: ended === "asked" };
  }

  /** A report that was heard, unless its agent has begun something since, of which there may be another one. */
  #newest(id: AgentId): ReportEvent | undefined {
    const heard = this.#heard?.get(id);
    const newest = heard && this.#deps.ledger.index.get(id)?.execution?.id;
    return newest === heard?.executionId ? heard : undefined;
  }
}

/** Whether something that a person said, or that a worker asks, is in the agent's inbox. */
function hasBeenAsked(ledger: Ledger, id: AgentId): boolean {
  return ledger.peek(id)?.inbox.some(({ from, kind }) => from === PERSON || kind === "question") ?? false;
}

/** At work, waiting for a place, or with something in its inbox that it has yet to work on. */
function isBusy(ledger: Ledger, id: AgentId): boolean {
  const record = ledger.index.get(id);
  if (record === undefined || record.status === "closed") return false;
  if (record.execution === null) return true;
  return !isEnded(record.execution.status) || record.pendingInputs > 0;
}
