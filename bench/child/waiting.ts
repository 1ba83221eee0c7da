// How much memory workers hold while they wait in a model call: `node waiting.ts hand|memory|disk <count>`.

import { setTimeout as sleep } from "node:timers/promises";
import { createGate } from "@colony/testkit";
import { giveBackRoom } from "../measure/collect-garbage.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { openWorkColony, runWorkers, spawnWorkers } from "../work/colony.ts";
import { atOnce, handLoop } from "../work/hand-loop.ts";
import { createWorkModel } from "../work/model.ts";
import { LOOK_UP } from "../work/tool.ts";

const WARM_UP = 50;

const [, , how = "memory", counted = "1000"] = process.argv;
const count = Number(counted);

const gate = createGate();
const allWait = createGate();
let waiting = 0;
let isGated = false;
const model = createWorkModel({
  async before() {
    if (!isGated) return;
    waiting += 1;
    if (waiting === count) allWait.open();
    await gate.opened;
  },
});

await using folder = await openTemporaryFolder();
const colony =
  how === "hand"
    ? undefined
    : await openWorkColony({ dir: how === "memory" ? how : folder.path, model, concurrency: count });

if (colony === undefined) await byHand(WARM_UP);
else await runWorkers(colony, WARM_UP);
isGated = true;
await settle();
const before = process.memoryUsage();

const running = colony === undefined ? [byHand(count)] : [spawnWorkers(colony, count)];
await allWait.opened;
const peak = process.resourceUsage().maxRSS * 1_024;
await settle();
const after = process.memoryUsage();

const figures = {
  heap: (after.heapUsed - before.heapUsed) / count,
  rss: (after.rss - before.rss) / count,
  peak: (peak - before.rss) / count,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);

// Nobody waits for the answers: the process, and with it everything that waits, is gone when it has been said.
await folder[Symbol.asyncDispose]();
process.exit(running.length > 0 ? 0 : 1);

/** So many loops written by hand. */
async function byHand(loops: number): Promise<void> {
  await atOnce((task) => handLoop(model, LOOK_UP, task), loops);
}

/** Until what was only on its way has been let go of, as in a process that has been at rest for a while. */
async function settle(): Promise<void> {
  await sleep(100);
  giveBackRoom();
  await sleep(100);
  giveBackRoom();
}
