// This program starts itself as a child that is killed with SIGKILL in the middle of its work, opens the colony again,
// and asks the same question with the same key. That is no second question: the first one is answered, once.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const QUESTION = "Compare copper, silver and gold";
const FACTS = [
  "copper: Melts at: 1,085 °C",
  "copper: Conducts: 59.6 million siemens per metre",
  "silver: Melts at: 962 °C",
  "silver: Conducts: 63.0 million siemens per metre",
  "gold: Melts at: 1,064 °C",
  "gold: Conducts: 45.2 million siemens per metre",
];

const search = defineTool({
  name: "search",
  description: "Finds facts about a metal.",
  input: z.object({ metal: z.string() }),
  effect: "pure",
  run: ({ metal }) =>
    FACTS.filter((fact) => fact.startsWith(metal)).map((fact) => fact.replace(/^\w+: /, "")),
});

const open = (dir: string) => {
  const model = createOfflineModel();
  const workers = { chemist: defineWorker({ model, tools: [search] }) };
  return openColony({ dir, overseer: { model }, workers, limits: { concurrency: 1 } });
};

/** The first life: it asks, and dies when one worker has reported, one is at work and one waits for its place. */
async function dieInTheMiddle(dir: string): Promise<never> {
  const colony = await open(dir);
  await colony.inject(QUESTION, { idempotencyKey: "metals" });
  const { seq } = (await colony.waitFor({ types: ["SUBAGENT_REPORT"] }, { after: 0 })) ?? {};
  console.log(`killed after event ${seq}`);
  process.kill(process.pid, "SIGKILL");
  return await new Promise(() => undefined);
}

async function goOn(dir: string): Promise<void> {
  await using colony = await open(dir);
  console.log(`opened again at event ${colony.head()}\n`);
  const receipt = await colony.inject(QUESTION, { idempotencyKey: "metals" });
  console.log(await receipt.reply());

  const counts: Record<string, number> = {};
  for await (const { type } of colony.feed({ until: colony.head() })) counts[type] = (counts[type] ?? 0) + 1;
  for (const type of ["COLONY_OPENED", "AGENT_SPAWNED", "SUBAGENT_REPORT", "MODEL_CALL_FAILED"])
    console.log(`${type}: ${counts[type] ?? 0}`);
  const questions = colony.feed({ until: colony.head(), query: { types: ["INPUT_RECEIVED"] } });
  console.log(`questions received: ${(await Array.fromAsync(questions)).length}`);
}

const [, , dirOfFirstLife] = process.argv;
if (dirOfFirstLife !== undefined) await dieInTheMiddle(dirOfFirstLife);

const dir = await mkdtemp(join(tmpdir(), "colony-example-"));
try {
  const child = spawnSync(process.execPath, [import.meta.filename, dir], { stdio: "inherit" });
  console.log(`the first life ended by ${child.signal}`);
  await goOn(dir);
} finally {
  await rm(dir, { recursive: true });
}
