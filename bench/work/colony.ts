import type { Model } from "@colony/core";
import { defineWorker, openColony, type Colony } from "@colony/runtime";
import { LOOK_UP } from "./tool.ts";

/** How a colony of the benchmark is opened. */
export interface WorkColonyOptions {
  /** A folder, or `memory`. */
  readonly dir: string;
  readonly model: Model;
  /** Workers at work at once. */
  readonly concurrency: number;
}

/** Opens a colony as its users do, with one kind of worker. */
export async function openWorkColony({ dir, model, concurrency }: WorkColonyOptions): Promise<Colony> {
  return await openColony({
    dir,
    overseer: { model },
    workers: { reader: defineWorker({ model, tools: [LOOK_UP] }) },
    limits: { concurrency, shutdownGraceMs: 0 },
  });
}

/** Spawns workers all at once, and resolves when each has been recorded. */
export async function spawnWorkers(colony: Colony, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, number) => colony.spawn("reader", { task: `Read station ${number}.` })),
  );
}

/** Runs workers, all at once, to their ends. */
export async function runWorkers(colony: Colony, count: number): Promise<void> {
  await spawnWorkers(colony, count);
  await colony.idle();
}

/** Throws unless so many workers have ended well: a benchmark of work that failed would look good. */
export function checkWorkers(colony: Colony, count: number): void {
  const well = colony.agents().filter(({ report }) => report?.status === "success").length;
  if (well !== count) throw new Error(`${well} of ${count} workers ended well`);
}
