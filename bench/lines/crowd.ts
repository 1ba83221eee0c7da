import { setTimeout as sleep } from "node:timers/promises";
import { wallOf } from "../measure/clocks.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atMost, atMostTimes, rowOf } from "../measure/row.ts";
import { checkWorkers, openWorkColony, runWorkers } from "../work/colony.ts";
import { FLOORS } from "../work/floors.ts";
import { atOnce, handLoop } from "../work/hand-loop.ts";
import { createWorkModel } from "../work/model.ts";
import { openRawStore } from "../work/raw-store.ts";
import { storedWorkers } from "../work/stored-workers.ts";
import { LOOK_UP } from "../work/tool.ts";

const MODEL_MS = 200;
const RAW_GROUP = 1_000;

const model = createWorkModel({ before: () => sleep(MODEL_MS) });

/** Many workers at once, each model call of which takes its time: what is left is how much they hold each other up. */
export const crowd: Line = {
  name: "workers at once, each model call 200 ms",
  async measure({ quick, rounds }) {
    const count = quick ? 100 : 1_000;
    const figures = await interleave(quick ? 1 : rounds, {
      memory: colonySide("memory", count),
      hand: handSide(count),
      disk: colonySide("disk", count),
    });
    const line = `${count.toLocaleString("en-US")} ${crowd.name}`;
    const row = { unit: "ms", floor: figures.hand, ...FLOORS.hand };
    return [
      rowOf({ ...row, line: `${line}, in memory`, ours: figures.memory, goal: atMost(480, "ms") }),
      rowOf({ ...row, line: `${line}, durable`, ours: figures.disk, goal: atMost(550, "ms") }),
      ...(quick ? [] : [await many(10_000, rounds)]),
    ];
  },
};

async function many(count: number, rounds: number): Promise<ReturnType<typeof rowOf>> {
  const stored = await storedWorkers(100);
  const rawSide: Side = async () => {
    await using folder = await openTemporaryFolder();
    using raw = openRawStore(folder.path, stored, "bare");
    return await wallOf(() => raw.insert(stored.perWorker * count, RAW_GROUP));
  };
  const figures = await interleave(
    rounds,
    {
      ours: colonySide("disk", count),
      hand: handSide(count),
      raw: rawSide,
    },
    "warm",
  );
  return rowOf({
    line: `${count.toLocaleString("en-US")} ${crowd.name}, durable`,
    unit: "ms",
    ours: figures.ours,
    floor: figures.hand.map((hand, round) => Math.max(hand, figures.raw[round] ?? 0)),
    floorIs: "the longer of loop and raw rows",
    goal: atMostTimes(1.5),
  });
}

function colonySide(where: "memory" | "disk", count: number): Side {
  return async () => {
    await using folder = where === "disk" ? await openTemporaryFolder() : undefined;
    await using colony = await openWorkColony({ dir: folder?.path ?? "memory", model, concurrency: count });
    const wall = await wallOf(() => runWorkers(colony, count));
    checkWorkers(colony, count);
    return wall;
  };
}

function handSide(count: number): Side {
  return () => wallOf(() => atOnce((task) => handLoop(model, LOOK_UP, task), count));
}
