import { agentId, type AgentId, type ColonyEvent, type NewEvent, type Snapshot } from "@colony/core";
import { openSqliteStore, type SqliteStore } from "@colony/storage-sqlite";
import { checkWorkers, openWorkColony, runWorkers } from "./colony.ts";
import { agentIds } from "./events.ts";
import { createWorkModel } from "./model.ts";

/** How much an old colony has behind it. */
export interface Past {
  readonly events: number;
  readonly workers: number;
}

const SNAPSHOTS_AT_ONCE = 1_000;

/** Gives a folder the past of one real worker many times over, and the checkpoint that a colony would have made. */
export async function makeOldColony(dir: string, { events, workers }: Past): Promise<void> {
  const eventsPerTurn = 5;
  const toolCalls = Math.max(1, Math.round(events / workers / eventsPerTurn) - 2);
  const model = createWorkModel({ toolCalls });
  await using colony = await openWorkColony({ dir, model, concurrency: 1 });
  await runWorkers(colony, 1);
  checkWorkers(colony, 1);
  const worker = colony.agents().find(({ kind }) => kind === "worker");
  await colony.close();
  if (worker === undefined) throw new Error("there is no worker to make more of");
  await using store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
  await copyWorker(store, worker.id, workers);
}

async function copyWorker(
  { log, snapshots }: SqliteStore,
  original: AgentId,
  workers: number,
): Promise<void> {
  const events = JSON.stringify(await log.read({ agentId: original, limit: 100_000 }));
  const snapshot = JSON.stringify(await snapshots.get(original));
  const copies = agentIds(workers);
  for (let from = 0; from < copies.length; from += SNAPSHOTS_AT_ONCE) {
    const some = copies.slice(from, from + SNAPSHOTS_AT_ONCE);
    await Promise.all(
      some.map((copy) => {
        const recorded = JSON.parse(events.replaceAll(original, copy)) as readonly ColonyEvent[];
        const at = recorded[0]?.at ?? 0;
        return log.append({ agentId: agentId(copy), expectedVersion: 0, events: recorded.map(asNew), at });
      }),
    );
    const saved = some.map((copy) => JSON.parse(snapshot.replaceAll(original, copy)) as Snapshot);
    await snapshots.save(saved, log.head());
  }
}

/** What was said, without the place it was given. */
function asNew(event: ColonyEvent): NewEvent {
  const { type, data, executionId, correlationId } = event;
  return {
    type,
    data,
    ...(executionId === undefined ? {} : { executionId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  } as NewEvent;
}
