import { ColonyError, type AgentId, type AgentRecord } from "@colony/core";
import { isStorageFault } from "@colony/eventbus";
import { cancelAll, closeAgent, stopAll, stopTree, subtree } from "@colony/overseer";
import { speakerOf } from "../access/speaker.ts";
import type { Parts } from "../parts.ts";

/** Cancels what an agent does. Throws `execution.ended` where that is nothing. */
export async function cancel(parts: Parts, id: AgentId, reason: string | null): Promise<void> {
  const stopped = await withProcesses(parts, [id], () =>
    cancelAll(parts, [id], { cause: "user", by: speakerOf(parts), reason }),
  );
  if (stopped.length === 0)
    throw new ColonyError("execution.ended", `agent "${id}" is not at work; there is nothing to cancel`);
}

/** Cancels and closes an agent and everything below it; for the overseer, stops everything. */
export async function stop(
  parts: Parts,
  { id, kind }: Pick<AgentRecord, "id" | "kind">,
  reason: string | null,
): Promise<readonly AgentId[]> {
  if (kind === "overseer") return await stopColony(parts, reason);
  return await withProcesses(parts, subtree(parts.ledger, id), () =>
    stopTree(parts, id, { cause: "user", by: speakerOf(parts), reason }),
  );
}

/** Stops everything that is at work, and starts nothing until a person says something again. */
export async function stopColony(parts: Parts, reason: string | null): Promise<readonly AgentId[]> {
  parts.mustBeOpen();
  return await withProcesses(parts, [...parts.ledger.index.open()], () => stopAll(parts, reason));
}

/** Closes a worker, and calls off what it does. */
export async function close(parts: Parts, id: AgentId, reason: string | null): Promise<void> {
  await withProcesses(parts, [id], () => closeAgent(parts, id, { by: speakerOf(parts), reason }));
}

/**
 * Stops, and resolves once the processes of what was at work are gone too. Their ends were not waited for when those of
 * the executions were recorded.
 */
async function withProcesses<What>(
  { ledger, processes }: Parts,
  ids: readonly AgentId[],
  stopping: () => Promise<What>,
): Promise<What> {
  const executions = new Set(ids.flatMap((id) => ledger.index.get(id)?.execution?.id ?? []));
  try {
    const stopped = await stopping();
    await processes.end(executions);
    return stopped;
  } catch (error) {
    // Their ends cannot be recorded yet, and they end all the same.
    if (isStorageFault(error)) void processes.end(executions);
    throw error;
  }
}
