import { setTimeout as sleep } from "node:timers/promises";
import { wallOf } from "../measure/clocks.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atMost, atMostTimes, rowOf, type Row } from "../measure/row.ts";
import { checkWorkers, openWorkColony, runWorkers } from "../work/colony.ts";
import { FLOORS } from "../work/floors.ts";
import { atOnce, handLoop } from "../work/hand-loop.ts";
import { createWorkModel } from "../work/model.ts";
import { openRawStore } from "../work/raw-store.ts";
import { storedWorkers } from "../work/stored-workers.ts";
import { LOOK_UP } from "../work/tool.ts";

const MODEL_MS = 200;

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
      ...(quick ? [] : await many(10_000, rounds)),
    ];
  },
};

async function many(count: number, rounds: number): Promise<readonly Row[]> {
  const stored = await storedWorkers(100);
  const rawSide =
    (shape: "same" | "bare", perCommit: number): Side =>
    async () => {
      await using folder = await openTemporaryFolder();
      using raw = openRawStore(folder.path, stored, shape);
      return await wallOf(() => raw.insert(stored.perWorker * count, perCommit));
    };
  const sides = {
    ours: colonySide("disk", count),
    hand: handSide(count),
    rows: rawSide("same", 100),
    longRows: rawSide("bare", 1_000),
  };
  const { ours, hand, rows, longRows } = await interleave(rounds, sides);
  const longer = (raw: readonly number[]): readonly number[] =>
    hand.map((ms, round) => Math.max(ms, raw[round] ?? 0));
  const row = { line: `${count.toLocaleString("en-US")} ${crowd.name}, durable`, unit: "ms", ours };
  return [
    rowOf({
      ...row,
      floor: longer(rows),
      floorIs: "the longer of loop and raw rows by 100, indexed",
      goal: atMostTimes(1.5),
    }),
    rowOf({
      ...row,
      floor: longer(longRows),
      floorIs: "the longer of loop and raw rows by 1,000",
      goal: atMostTimes(1.5),
    }),
  ];
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
