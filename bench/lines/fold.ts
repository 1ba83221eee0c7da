import { SILENT_LOGGER, type ColonyEvent } from "@colony/core";
import { Ledger, createMemorySnapshotStore } from "@colony/eventbus";
import { openSqliteStore } from "@colony/storage-sqlite";
import { createManualClock } from "@colony/testkit";
import { wallOf } from "../measure/clocks.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atLeastTimes, rowOf } from "../measure/row.ts";
import { openWorkColony, runWorkers } from "../work/colony.ts";
import { createWorkModel } from "../work/model.ts";

/** What a colony does that is opened without a checkpoint: reads the whole log and folds it into states. */
export const fold: Line = {
  name: "fold of the log into state, events per second",
  async measure({ quick, rounds }) {
    await using folder = await openTemporaryFolder();
    const dir = folder.path;
    await writeLog(dir, quick ? 5_000 : 100_000);
    const json = await asJson(dir);
    const { ours, floor } = await interleave(rounds, {
      ours: async () => {
        await using store = await openSqliteStore({ dir, access: "reader" });
        const snapshots = createMemorySnapshotStore();
        const clock = createManualClock();
        return (json.length / (await wallOf(() => Ledger.open({ log: store.log, snapshots, clock })))) * 1e3;
      },
      floor: async () => {
        let sum = 0;
        const wall = await wallOf(() => {
          for (const text of json) sum += (JSON.parse(text) as ColonyEvent).seq;
        });
        if (!(sum > 0)) throw new Error("nothing was parsed");
        return (json.length / wall) * 1e3;
      },
    });
    const floorIs = "JSON.parse of the same events";
    return [rowOf({ line: fold.name, unit: "/s", ours, floor, floorIs, goal: atLeastTimes(0.5) })];
  },
};

async function writeLog(dir: string, events: number): Promise<void> {
  const model = createWorkModel({ toolCalls: 3 });
  await using colony = await openWorkColony({ dir, model, concurrency: 500 });
  while (colony.head() < events) await runWorkers(colony, Math.min(500, events / 20));
}

async function asJson(dir: string): Promise<readonly string[]> {
  await using store = await openSqliteStore({ dir, access: "reader", logger: SILENT_LOGGER });
  const json: string[] = [];
  for (let seq = 0; seq < store.log.head(); seq = json.length)
    for (const event of await store.log.read({ after: seq })) json.push(JSON.stringify(event));
  return json;
}
