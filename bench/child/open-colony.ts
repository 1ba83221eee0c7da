// Opens a colony folder and says what that took: `node open-colony.ts <folder>`.

import { collectGarbage } from "../measure/collect-garbage.ts";
import { openWorkColony } from "../work/colony.ts";
import { createWorkModel } from "../work/model.ts";

const [, , dir = ""] = process.argv;
// What is loaded when it is first needed is no part of an opening.
await (await openWorkColony({ dir: "memory", model: createWorkModel(), concurrency: 4 })).close();
collectGarbage();
const rss = process.memoryUsage.rss();
const startedAt = performance.now();
const colony = await openWorkColony({ dir, model: createWorkModel(), concurrency: 4 });
const openMs = performance.now() - startedAt;
const rssMb = (process.memoryUsage.rss() - rss) / 1e6;
process.stdout.write(`${JSON.stringify({ openMs, rssMb, agents: colony.agents().length })}\n`);
await colony.close();
