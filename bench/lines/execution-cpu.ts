import { cpuOf } from "../measure/clocks.ts";
import { interleave, type Beginning, type Side } from "../measure/interleave.ts";
import type { Line, Size } from "../measure/line.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { TO_KNOW, atMostTimes, rowOf, type Goal, type Row } from "../measure/row.ts";
import { openAtWork } from "../work/at-work.ts";
import { checkWorkers, openWorkColony, runWorkers } from "../work/colony.ts";
import { FLOORS } from "../work/floors.ts";
import { atOnce, handLoop, wholeLoop } from "../work/hand-loop.ts";
import { createWholeModel, createWorkModel } from "../work/model.ts";
import { openRawStore } from "../work/raw-store.ts";
import { storedWorkers } from "../work/stored-workers.ts";
import { LOOK_UP } from "../work/tool.ts";

const NAME = "CPU of one execution";

/** How the work of one round is cut: so many workers at once, so many times. */
interface Cut {
  readonly atOnce: number;
  readonly times: number;
}

/**
 * Two model calls and one tool call, the model in this process: all of the cost is the loop's own. The first thousands of a
 * process pay for the compiling of what they run as well, half of their time and more; that is told beside what work costs.
 */
export const executionCpu: Line = {
  name: NAME,
  async measure({ quick, rounds }: Size) {
    const one: Cut = { atOnce: 1, times: quick ? 20 : 300 };
    const some: Cut = { atOnce: quick ? 100 : 1_000, times: 1 };
    const many: Cut = { atOnce: 10_000, times: 1 };
    const rows = [
      ...(await inMemory({ cut: one, goal: TO_KNOW }, rounds)),
      ...(await inMemory({ cut: some, goal: TO_KNOW, when: "in a young process" }, rounds)),
      ...(await inMemory({ cut: some, goal: atMostTimes(8), beginning: quick ? "warm" : "busy" }, rounds)),
    ];
    if (!quick) rows.push(...(await inMemory({ cut: many, goal: TO_KNOW, beginning: "warm" }, rounds)));
    rows.push(...(await durable(some, { rounds, beginning: quick ? "cold" : "busy" })));
    return rows;
  },
};

/** A measurement in memory: how the work is cut, and what is asked of it. */
interface Asked {
  readonly cut: Cut;
  readonly goal: Goal;
  readonly beginning?: Beginning;
  /** What the line says besides. */
  readonly when?: string;
}

async function inMemory({ cut, goal, beginning, when }: Asked, rounds: number): Promise<readonly Row[]> {
  await using _ = beginning === "busy" ? await openAtWork("memory") : undefined;
  const sides = { ours: colonySide("memory", cut), hand: handSide(cut), whole: wholeSide(cut) };
  const { ours, hand, whole } = await interleave(rounds, sides, beginning);
  const line = `${NAME}, ${called(cut)}, in memory${when === undefined ? "" : `, ${when}`}`;
  const row = { line, unit: "us", ours, goal };
  return [
    rowOf({ ...row, floor: hand, ...FLOORS.hand }),
    rowOf({ ...row, floor: whole, ...FLOORS.whole, goal: TO_KNOW }),
  ];
}

async function durable(
  cut: Cut,
  { rounds, beginning }: { readonly rounds: number; readonly beginning: Beginning },
): Promise<readonly Row[]> {
  await using _ = beginning === "busy" ? await openAtWork("disk") : undefined;
  const stored = await storedWorkers(100);
  const count = cut.atOnce * cut.times;
  const withRaw =
    (shape: "same" | "bare", perCommit: number): Side =>
    async () => {
      await using folder = await openTemporaryFolder();
      using raw = openRawStore(folder.path, stored, shape);
      const inserts = await cpuOf(async () => raw.insert(stored.perWorker * count, perCommit));
      return (await handSide(cut)()) + inserts / count;
    };
  const sides = {
    ours: colonySide("disk", cut),
    rows: withRaw("same", 100),
    bareRows: withRaw("bare", 100),
    longRows: withRaw("bare", 1_000),
  };
  const figures = await interleave(rounds, sides, beginning);
  const line = `${NAME}, ${called(cut)}, durable`;
  const row = { line, unit: "us", ours: figures.ours, goal: atMostTimes(1.5) };
  return [
    rowOf({ ...row, floor: figures.rows, ...FLOORS.rows }),
    rowOf({ ...row, floor: figures.bareRows, ...FLOORS.bareRows }),
    rowOf({ ...row, floor: figures.longRows, ...FLOORS.longRows }),
  ];
}

function colonySide(where: "memory" | "disk", { atOnce: count, times }: Cut): Side {
  const model = createWorkModel();
  return async () => {
    await using folder = where === "disk" ? await openTemporaryFolder() : undefined;
    const dir = folder?.path ?? "memory";
    await using colony = await openWorkColony({ dir, model, concurrency: count });
    const cpu = await cpuOf(async () => {
      for (let time = 0; time < times; time += 1) await runWorkers(colony, count);
    });
    checkWorkers(colony, count * times);
    return cpu / (count * times);
  };
}

function handSide(cut: Cut): Side {
  const model = createWorkModel();
  return loopSide(cut, (task) => handLoop(model, LOOK_UP, task));
}

function wholeSide(cut: Cut): Side {
  const model = createWholeModel();
  return loopSide(cut, (task) => wholeLoop(model, LOOK_UP, task));
}

function loopSide({ atOnce: count, times }: Cut, loop: (task: string) => Promise<string>): Side {
  return async () => {
    const cpu = await cpuOf(async () => {
      for (let time = 0; time < times; time += 1) await atOnce(loop, count);
    });
    return cpu / (count * times);
  };
}

function called({ atOnce: count }: Cut): string {
  return `${count.toLocaleString("en-US")} at once`;
}
