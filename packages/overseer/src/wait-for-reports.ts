import {
  ColonyError,
  checkTimeoutMs,
  inputId,
  isEnded,
  type AgentId,
  type Clock,
  type EventOf,
  type EventType,
  type InputId,
  type Report,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { PERSON } from "./person.ts";

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
  readonly signal: AbortSignal;
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
  const heard = new Map<AgentId, ReportEvent>();
  const ended = await untilDone({ ...deps, heard }, ids, options);
  if (ended === "aborted") throw new ColonyError("wait.aborted", "waiting for reports was called off");
  if (ended === "closed")
    throw new ColonyError(
      "colony.closed",
      "the colony was closed before the reports had come; open it again to go on",
    );
  const reports: { readonly id: AgentId; readonly report: Report; readonly inputId: InputId }[] = [];
  const laggards: AgentId[] = [];
  for (const id of ids) {
    const event = isBusy(deps.ledger, id)
      ? undefined
      : (newestOf(deps, heard.get(id)) ?? (await deps.reportOf(id)));
    if (event === undefined) laggards.push(id);
    else reports.push({ id, report: event.data, inputId: inputId(event.id) });
  }
  return { reports, laggards, asked: ended === "asked" };
}

/** A report that was heard, unless its agent has begun something since, of which there may be another one. */
function newestOf({ ledger }: WaitDeps, heard: ReportEvent | undefined): ReportEvent | undefined {
  const newest = heard && ledger.index.get(heard.agentId)?.execution?.id;
  return newest === heard?.executionId ? heard : undefined;
}

type WaitEnd = "done" | "timeout" | "asked" | "aborted" | "closed";

const ENDS: readonly EventType[] = ["SUBAGENT_REPORT", "AGENT_CLOSED", "QUESTION_ASKED"];

/** What is told while somebody waits. */
interface Hearing extends WaitDeps {
  /** Gets the newest report that is heard of each, which spares reading it from the log. */
  readonly heard: Map<AgentId, ReportEvent>;
}

async function untilDone(
  { ledger, bus, clock, heard }: Hearing,
  ids: readonly AgentId[],
  { timeoutMs, signal, unlessAsked }: WaitForReportsOptions,
): Promise<WaitEnd> {
  const left = new Set(ids.filter((id) => isBusy(ledger, id)));
  if (left.size === 0) return "done";
  if (signal.aborted) return "aborted";
  if (unlessAsked !== undefined && hasBeenAsked(ledger, unlessAsked)) return "asked";
  if (timeoutMs <= 0) return "timeout";
  return await new Promise<WaitEnd>((resolve) => {
    const leave: (() => void)[] = [];
    const finish = (end: WaitEnd): void => {
      for (const each of leave.splice(0)) each();
      resolve(end);
    };
    const onAbort = (): void => finish("aborted");
    signal.addEventListener("abort", onAbort);
    leave.push(() => signal.removeEventListener("abort", onAbort));
    if (timeoutMs < Number.POSITIVE_INFINITY) leave.push(clock.after(timeoutMs, () => finish("timeout")));
    // Each is heard by itself: thousands may wait for thousands, and most events concern none of one's own.
    for (const agentId of left) {
      const reported = bus.events$({ agentId, types: ENDS }).subscribe({
        next: (event) => {
          if (event.type === "SUBAGENT_REPORT") heard.set(agentId, event);
          if (!isBusy(ledger, agentId)) left.delete(agentId);
          if (left.size === 0) finish("done");
          else if (unlessAsked !== undefined && hasBeenAsked(ledger, unlessAsked)) finish("asked");
        },
        complete: () => finish("closed"),
      });
      leave.push(() => reported.unsubscribe());
    }
    if (unlessAsked === undefined) return;
    const inputs = bus.events$({ agentId: unlessAsked, types: ["INPUT_RECEIVED"] });
    const asked = inputs.subscribe(() => {
      if (hasBeenAsked(ledger, unlessAsked)) finish("asked");
    });
    leave.push(() => asked.unsubscribe());
  });
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
