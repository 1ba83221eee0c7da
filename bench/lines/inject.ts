import type { Model } from "@colony/core";
import { openTemporaryFolder } from "../measure/folder.ts";
import { collectGarbage } from "../measure/collect-garbage.ts";
import { median, quantile } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atMostTimes, rowOf } from "../measure/row.ts";
import { openWorkColony } from "../work/colony.ts";
import { createWorkModel } from "../work/model.ts";
import { openRawStore, type RawRows } from "../work/raw-store.ts";
import { storedWorkers } from "../work/stored-workers.ts";

/** Injects that come before the counted ones: an overseer that is idle has been at work before. */
const FIRST = 10;

const NAME = "inject to the start of the model call, idle overseer, durable";

/** Counted in commits: how often the disk has to be waited for before a model hears of what a person said. */
export const inject: Line = {
  name: NAME,
  async measure({ quick, rounds }) {
    const stored = await storedWorkers(20);
    const samples: Samples[] = [];
    await sampleOnce(stored, quick ? 5 : 50);
    for (let round = 0; round < rounds; round += 1) samples.push(await sampleOnce(stored, quick ? 30 : 150));
    const commits = samples.map(({ commit }) => median(commit));
    const row = { unit: "ms", floor: commits, floorIs: "one raw row, p50" };
    const of = (share: number): readonly number[] => samples.map(({ start }) => quantile(start, share));
    return [
      rowOf({ ...row, line: `${NAME}, p50`, ours: of(0.5), goal: atMostTimes(2) }),
      rowOf({ ...row, line: `${NAME}, p99`, ours: of(0.99), goal: atMostTimes(5) }),
    ];
  },
};

interface Samples {
  readonly start: readonly number[];
  readonly commit: readonly number[];
}

async function sampleOnce(stored: RawRows, count: number): Promise<Samples> {
  await using folder = await openTemporaryFolder();
  using raw = openRawStore(folder.path, stored, "same");
  let calledAt = 0;
  const work = createWorkModel({ toolCalls: 0 });
  const model: Model = {
    ...work,
    doStream(request) {
      calledAt = performance.now();
      return work.doStream(request);
    },
  };
  await using colony = await openWorkColony({ dir: folder.path, model, concurrency: 1 });
  const start: number[] = [];
  const commit: number[] = [];
  collectGarbage();
  for (let number = -FIRST; number < count; number += 1) {
    const injectedAt = performance.now();
    const receipt = await colony.inject(`What is the reading at station ${number}?`);
    await receipt.reply();
    await colony.idle();
    const beganAt = performance.now();
    raw.insert(1, 1);
    if (number < 0) continue;
    commit.push(performance.now() - beganAt);
    start.push(calledAt - injectedAt);
  }
  return { start, commit };
}
