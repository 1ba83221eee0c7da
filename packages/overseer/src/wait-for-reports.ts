import { isEnded, type AgentId, type Clock, type EventOf, type EventType, type InputId, type Report, inputId } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

/** What waiting works with. */
export interface WaitDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** The newest report of an agent. */
  readonly reportOf: (id: AgentId) => Promise<ReportEvent | undefined>;
}

/** A report as it is recorded. */
export type ReportEvent = EventOf<"SUBAGENT_REPORT">;

/** Every worker is in exactly one of the two. */
export interface Waited {
  /** In the order in which the workers were named. */
  readonly reports: readonly { readonly id: AgentId; readonly report: Report; readonly inputId: InputId }[];
  readonly laggards: readonly AgentId[];
}

/** How long to wait, and what ends it early. */
export interface WaitForReportsOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Ends the wait early when this agent gets something from a person. */
  readonly unlessAsked?: AgentId;
}

/** Waits until none of the workers has work left, and gives the newest report of each. */
export async function waitForReports(
  deps: WaitDeps,
  ids: readonly AgentId[],
  options: WaitForReportsOptions,
): Promise<Waited> {
  await untilDone(deps, ids, options);
  const reports: { readonly id: AgentId; readonly report: Report; readonly inputId: InputId }[] = [];
  const laggards: AgentId[] = [];
  for (const id of ids) {
    const event = isBusy(deps.ledger, id) ? undefined : await deps.reportOf(id);
    if (event === undefined) laggards.push(id);
    else reports.push({ id, report: event.data, inputId: inputId(event.id) });
  }
  return { reports, laggards };
}

const ENDS: readonly EventType[] = ["SUBAGENT_REPORT", "AGENT_CLOSED"];

async function untilDone(
  { ledger, bus, clock }: WaitDeps,
  ids: readonly AgentId[],
  { timeoutMs, signal, unlessAsked }: WaitForReportsOptions,
): Promise<void> {
  const left = new Set(ids.filter((id) => isBusy(ledger, id)));
  if (left.size === 0 || timeoutMs <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      cancel();
      for (const subscription of subscriptions) subscription.unsubscribe();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(timeoutMs, finish);
    const subscriptions = [
      bus.events$({ types: ENDS }).subscribe(({ agentId }) => {
        if (left.has(agentId) && !isBusy(ledger, agentId)) left.delete(agentId);
        if (left.size === 0) finish();
      }),
      ...(unlessAsked === undefined
        ? []
        : [bus.events$({ agentId: unlessAsked, types: ["INPUT_RECEIVED"] }).subscribe(finish)]),
    ];
    signal.addEventListener("abort", finish);
  });
}

/** At work, waiting for a place, or with something in its inbox that it has yet to work on. */
function isBusy(ledger: Ledger, id: AgentId): boolean {
  const record = ledger.index.get(id);
  if (record === undefined || record.status === "closed") return false;
  if (record.execution !== null && !isEnded(record.execution.status)) return true;
  return record.pendingInputs > 0 || record.execution === null;
}
