import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { PRUNED_TYPES, SILENT_LOGGER, recipientOf } from "@colony/core";
import { checkPromises, createScriptedModel, readAll } from "@colony/testkit";
import { openSqliteStore } from "@colony/storage-sqlite";
import { expect, it } from "vitest";
import { openColony } from "../open-colony.ts";
import { ColonyPlace } from "../testing/colony-process.ts";

const require = createRequire(import.meta.url);
const storage = JSON.stringify(pathToFileURL(require.resolve("@colony/storage-sqlite")).href);
const WORKERS = 45;

/** A process that prunes what its workers have said and done, and kills itself at a step of that. */
const pruning = (dies: string): string => `
  const { openSqliteStore } = await import(${storage});
  const store = await openSqliteStore({ dir, access: "owner" });
  let removals = 0;
  const at = (place) => { if (place === ${JSON.stringify(dies)}) die(); };
  const remove = async (asked) => {
    removals += 1;
    at("before removal " + removals);
    const removed = await store.log.pruning.remove(asked);
    at("after removal " + removals);
    return removed;
  };
  store.log.onAppended((events) => { if (events.some(({ type }) => type === "HISTORY_PRUNED")) at("recorded"); });
  const snapshots = { ...store.snapshots, save: async (...saved) => {
    await store.snapshots.save(...saved);
    if (removals === 0 && store.log.head() > ${WORKERS * 5}) at("saved");
  } };
  const colony = await openColony({
    store: { ...store, snapshots, log: { ...store.log, pruning: { ...store.log.pruning, remove } } },
    overseer: { model: remembering },
    workers: { helper: defineWorker({ model: createScriptedModel(() => ({ text: "done" })) }) },
    limits: { concurrency: 50 },
  });
  const workers = await Promise.all(Array.from({ length: ${WORKERS} }, (_, n) =>
    colony.spawn("helper", { task: "t", name: "w" + n })));
  await Promise.all(workers.map((worker) => worker.report()));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await colony.prune({ olderThanMs: 0 });
  await colony.close();
  await store.close();
`;

const PLACES = [
  "recorded",
  "saved",
  "before removal 1",
  "after removal 1",
  "before removal 3",
  "after removal 3",
];

it.each(PLACES)(
  "a process that is killed while it prunes (%s) leaves a folder that opens, and whoever opens it finishes",
  async (dies) => {
    await using place = await ColonyPlace.make();
    const [, signal] = await place.run(pruning(dies)).ended;
    expect(signal).toBe("SIGKILL");
    const { dir } = place;
    const model = createScriptedModel([]);
    const colony = await openColony({ dir, overseer: { model }, logger: SILENT_LOGGER });
    const pruned = colony.agents().filter(({ prunedAt }) => prunedAt !== undefined);
    expect(pruned).toHaveLength(WORKERS);
    // A second one begins when the first is over.
    expect(await colony.prune()).toMatchObject({ agents: 0 });
    expect(await colony.agent("w3").report()).toMatchObject({ status: "success", summary: "done" });
    await colony.close();
    const store = await openSqliteStore({ dir, access: "reader" });
    const events = await readAll(store.log);
    await store.close();
    expect(checkPromises(events)).toEqual([]);
    const gone = new Set(PRUNED_TYPES);
    const left = events.filter((event) => gone.has(event.type) && recipientOf(event) === undefined);
    expect(left.map(({ id, type }) => `${type} ${id}`)).toEqual([]);
    expect(events.filter(({ type }) => type === "HISTORY_PRUNED")).toHaveLength(1);
  },
  60_000,
);
