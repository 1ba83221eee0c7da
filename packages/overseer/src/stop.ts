import type { AgentId, AgentRecord, Clock, ExecutionId } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { callOff, isAtWork, shut, type StopReason } from "./call-off.ts";
import { PERSON } from "./person.ts";
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
 * recorded without waiting for what it was doing. Returns those that were at work. A log that refuses the intent keeps
 * nobody at work: `KeptStops`.
 */
export async function cancelAll(
  deps: StopDeps,
  ids: readonly AgentId[],
  why: StopReason,
): Promise<readonly AgentId[]> {
  const { supervisor } = deps;
  const atWork = executionsOf(deps, ids);
  const agents = [...atWork.keys()];
  const words = `what ${agents.map((id) => `"${id}"`).join(", ")} did`;
  await supervisor.stops.take({ words, agents, record: () => callOffAll(deps, atWork, why) });
  await Promise.all(agents.map((id) => ended(deps, id, atWork.get(id))));
  return agents;
}

/** Cancels and closes an agent and everything below it. The overseer itself stays open. */
export async function stopTree(deps: StopDeps, root: AgentId, why: StopReason): Promise<readonly AgentId[]> {
  const { ledger, supervisor } = deps;
  const stopped = new Set<AgentId>();
  const shutAll = (ids: readonly AgentId[]): Promise<unknown> =>
    Promise.all(ids.map((id) => shut(deps, id, why)));
  const kept = (): readonly AgentId[] =>
    subtree(ledger, root).filter((id) => keepsInputs(ledger.index.get(id)));
  const record = async (): Promise<void> => {
    const ids = subtree(ledger, root);
    const atWork = executionsOf(deps, ids);
    // Together: what those at work report as they end would wake those who are idle.
    const idle = ids.filter((id) => !atWork.has(id) && isLeftOpen(ledger.index.get(id)));
    await Promise.all([callOffAll(deps, atWork, { ...why, close: true }), shutAll(idle)]);
    const rest = ids.filter((id) => isLeftOpen(ledger.index.get(id)));
    await shutAll([...rest, ...kept()]);
    for (const id of [...atWork.keys(), ...idle, ...rest]) stopped.add(id);
  };
  await supervisor.stops.take({
    words: `"${root}" with all below it`,
    agents: subtree(ledger, root),
    record,
  });
  await Promise.all([...stopped].map((id) => ended(deps, id)));
  // Once more: their ends have brought reports.
  await shutAll(kept());
  return [...stopped];
}

/**
 * Stops everything that is at work, and blocks what would begin until a person says something again. A letter's stop that
 * was taken before is done: a person may have spoken since.
 */
export async function stopAll(
  deps: StopDeps,
  reason: string | null,
  letterId?: string,
): Promise<readonly AgentId[]> {
  const { ledger, supervisor } = deps;
  const words = reason ?? "stopped by a person";
  const block = { type: "dispatch.block", owner: PERSON, reason: words, anew: true } as const;
  let isNew = letterId === undefined;
  let atWork = executionsOf(deps, [...ledger.index.open()]);
  const record = async (): Promise<void> => {
    const events = await ledger.executeColony(letterId === undefined ? block : { ...block, letterId });
    isNew ||= events.length > 0;
    atWork = executionsOf(deps, isNew ? [...ledger.index.open()] : []);
    await callOffAll(deps, atWork, { cause: "user", by: PERSON, reason });
  };
  // Whoever is just being woken has nothing on record yet.
  const agents = [...ledger.index.open()].filter((id) => atWork.has(id) || supervisor.isRunning(id));
  await supervisor.stops.take({ words: "everything that was at work", agents, ofEverything: true, record });
  const stopped = [...atWork.keys()];
  await Promise.all(stopped.map((id) => ended(deps, id)));
  return stopped;
}

/** Those of some agents that are at work, and on what. */
function executionsOf(
  { ledger }: StopDeps,
  ids: readonly AgentId[],
): ReadonlyMap<AgentId, ExecutionId | undefined> {
  const atWork = ids.flatMap((id) => {
    const record = ledger.index.get(id);
    return isAtWork(record) ? [[id, record?.execution?.id] as const] : [];
  });
  return new Map(atWork);
}

/** Calls off those executions, and none that has come after one while it could not be written. */
async function callOffAll(
  deps: StopDeps,
  atWork: ReadonlyMap<AgentId, ExecutionId | undefined>,
  why: StopReason,
): Promise<void> {
  const same = [...atWork].filter(
    ([id, execution]) => deps.ledger.index.get(id)?.execution?.id === execution,
  );
  await Promise.all(same.map(([id]) => callOff(deps, id, why)));
}

/** Whether a worker neither is closed nor is going to be with the end of what it does. */
function isLeftOpen(record: AgentRecord | undefined): boolean {
  if (record?.kind !== "worker" || record.status === "closed") return false;
  return !isAtWork(record) || record.execution?.cancelling !== true;
}

/** Whether a closed worker would go on with something if it was opened again. */
function keepsInputs(record: AgentRecord | undefined): boolean {
  return record?.kind === "worker" && record.status === "closed" && record.pendingInputs > 0;
}

/** Resolves once an agent is at work no more, or when its end takes too long to be recorded. */
export async function ended(
  { ledger, bus, clock }: StopDeps,
  id: AgentId,
  execution = ledger.index.get(id)?.execution?.id,
): Promise<void> {
  // One that takes its next input at once is at work again, and on something else.
  const isOver = (): boolean => {
    const record = ledger.index.get(id);
    return !isAtWork(record) || record?.execution?.id !== execution;
  };
  if (isOver()) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      cancel();
      subscription.unsubscribe();
      resolve();
    };
    const cancel = clock.after(STOP_WAIT_MS, finish);
    const subscription = bus.events$({ agentId: id }).subscribe({
      next: () => {
        if (isOver()) finish();
      },
      complete: () => {
        cancel();
        resolve();
      },
    });
  });
}
