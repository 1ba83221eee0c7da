import type { AgentId, Clock } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { callOff, isAtWork, type StopReason } from "./call-off.ts";
import type { Supervisor } from "./supervisor/supervisor.ts";

/** What stopping works with. */
export interface StopDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
}

/** How long a stop waits for the ends to be recorded. What takes longer still ends, and is told when it has. Milliseconds. */
const STOP_WAIT_MS = 5_000;

/** An agent and everything below it, the deepest last. */
export function subtree(ledger: Ledger, root: AgentId): readonly AgentId[] {
  const ids = [root];
  for (const id of ids) ids.push(...ledger.index.childrenOf(id));
  return ids;
}

/**
 * Cancels what some agents are doing. The intent is durable for each before anything else happens; then each end is
 * recorded without waiting for what it was doing. Returns those that were at work.
 */
export async function cancelAll(
  deps: StopDeps,
  ids: readonly AgentId[],
  why: StopReason,
): Promise<readonly AgentId[]> {
  const { ledger, supervisor } = deps;
  const atWork = ids.filter((id) => isAtWork(ledger.index.get(id)));
  const isRunning = (id: AgentId): boolean => supervisor.isRunning(id);
  await Promise.all(atWork.map((id) => callOff({ ledger, isRunning }, id, why)));
  await Promise.all(atWork.map((id) => ended(deps, id)));
  return atWork;
}

/** Cancels and closes an agent and everything below it. The overseer itself stays open. */
export async function stopTree(deps: StopDeps, root: AgentId, why: StopReason): Promise<readonly AgentId[]> {
  const { ledger } = deps;
  const ids = subtree(ledger, root);
  const stopped = await cancelAll(deps, ids, { ...why, close: true });
  const closed = ids.filter((id) => {
    const record = ledger.index.get(id);
    return (
      record !== undefined && record.kind === "worker" && record.status !== "closed" && !isAtWork(record)
    );
  });
  await Promise.all(closed.map((id) => ledger.execute(id, [{ type: "agent.close", cause: why.cause }])));
  return [...new Set([...stopped, ...closed])];
}

async function ended({ ledger, bus, clock }: StopDeps, id: AgentId): Promise<void> {
  if (!isAtWork(ledger.index.get(id))) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      cancel();
      subscription.unsubscribe();
      resolve();
    };
    const cancel = clock.after(STOP_WAIT_MS, finish);
    const subscription = bus.events$({ agentId: id }).subscribe({
      next: () => {
        if (!isAtWork(ledger.index.get(id))) finish();
      },
      complete: () => {
        cancel();
        resolve();
      },
    });
  });
}
