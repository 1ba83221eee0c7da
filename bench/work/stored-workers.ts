import type { RawRows } from "./raw-store.ts";
import { checkWorkers, openWorkColony, runWorkers } from "./colony.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { createWorkModel } from "./model.ts";
import { readRawRows } from "./raw-store.ts";

/** What a colony stores for some workers: rows to insert by hand, and how many there are for each worker. */
export async function storedWorkers(count: number): Promise<RawRows & { readonly perWorker: number }> {
  await using folder = await openTemporaryFolder();
  await using colony = await openWorkColony({
    dir: folder.path,
    model: createWorkModel(),
    concurrency: count,
  });
  const before = colony.head();
  await runWorkers(colony, count);
  const perWorker = Math.round((colony.head() - before) / count);
  checkWorkers(colony, count);
  await colony.close();
  return { ...readRawRows(folder.path), perWorker };
}
