// What a tool may have done to the world decides what a restart does with a call that was cut off:
//   pure        it is run again
//   idempotent  it is run again with the same callKey, by which the other side knows it
//   once        it is never run again; `reconcile` asks the other side what became of it
// Three workers are killed in the middle of such a call. `world.log` is the world: a line for each time it was touched.

import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony, type AgentDefinition } from "@colony/runtime";
import { z } from "zod";

const [, , dirOfFirstLife] = process.argv;
const dir = dirOfFirstLife ?? mkdtempSync(join(tmpdir(), "colony-example-"));
const world = join(dir, "world.log");
const touched = () => readFileSync(world, "utf8").trim().split("\n");

/** Touches the world; in the first life it never gets to its answer. */
async function touch(effect: string, callKey: string): Promise<string[]> {
  appendFileSync(world, `${effect} ${callKey}\n`);
  if (dirOfFirstLife === undefined) return [`answered by the ${effect} search`];
  if (touched().length === 3) process.kill(process.pid, "SIGKILL");
  return await new Promise(() => undefined);
}

const shape = { description: "Searches for a word.", input: z.object({ word: z.string() }) };
const tools = [
  defineTool({
    ...shape,
    name: "search_notes",
    effect: "pure",
    run: (_, call) => touch("pure", call.callKey),
  }),
  defineTool({
    ...shape,
    name: "search_archive",
    effect: "idempotent",
    run: (_, call) => touch("idempotent", call.callKey),
  }),
  defineTool({
    ...shape,
    name: "search_registry_for_money",
    effect: "once",
    run: (_, call) => touch("once", call.callKey),
    reconcile: (callKey) =>
      touched().includes(`once ${callKey}`)
        ? { outcome: "done", output: ["the registry has it under this key: paid for and answered"] }
        : { outcome: "never_happened" },
  }),
];

const workers: Record<string, AgentDefinition> = {};
for (const tool of tools) workers[tool.effect] = defineWorker({ model: createOfflineModel(), tools: [tool] });
const open = () =>
  openColony({ dir: join(dir, "colony"), overseer: { model: createOfflineModel() }, workers });

if (dirOfFirstLife !== undefined) {
  const colony = await open();
  for (const name of Object.keys(workers))
    await colony.spawn(name, { name, task: "Find out about lighthouses" });
  await colony.idle();
}

const child = spawnSync(process.execPath, [import.meta.filename, dir], { stdio: "inherit" });
console.log(`the first life ended by ${child.signal}, in the middle of ${touched().length} calls\n`);

await using colony = await open();
for (const name of Object.keys(workers)) {
  const report = await colony.agent(name).report();
  const keys = touched().filter((line) => line.startsWith(`${name} `));
  console.log(`${name}: calls that reached the world ${keys.length}, different keys ${new Set(keys).size}`);
  console.log(`  ${report?.status}: ${JSON.stringify(report?.data)}`);
}
await colony.close();
rmSync(dir, { recursive: true });
