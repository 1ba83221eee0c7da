// A program spawns workers itself, says something to one while it is at work, stops another, and waits for what they
// report. Each of them reports once, the stopped one too.

import { setTimeout as pause } from "node:timers/promises";
import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const TIMETABLE = [
  "night buses: every thirty minutes from Thursday to Saturday",
  "night buses: the last one leaves the station at 03:30",
  "ticket price: 2.80 euros, or 28 euros for a month",
  "harbour ferries: every hour until sunset",
];

const search = defineTool({
  name: "search_timetable",
  description: "Finds the lines of the timetable that contain a phrase. Takes its time.",
  input: z.object({ phrase: z.string() }),
  effect: "pure",
  async run({ phrase }, { signal, progress }) {
    progress(`turning pages for "${phrase}"`);
    await pause(300, undefined, { signal });
    return TIMETABLE.filter((line) => line.includes(phrase));
  },
});

await using colony = await openColony({
  dir: "memory",
  overseer: { model: createOfflineModel() },
  workers: { reader: defineWorker({ model: createOfflineModel(), tools: [search] }) },
});

const buses = await colony.spawn("reader", { name: "buses", task: "Find out about night buses" });
const ferries = await colony.spawn("reader", { name: "ferries", task: "Find out about harbour ferries" });
const trams = await colony.spawn("reader", { name: "trams", task: "Find out about trams" });

// Both are at work, in the middle of a search.
await colony.waitFor({ agentId: buses.id, types: ["TOOL_CALL_STARTED"] }, { after: 0 });
await colony.waitFor({ agentId: trams.id, types: ["TOOL_CALL_STARTED"] }, { after: 0 });

await buses.inject("Look up the ticket price too"); // durable now; the worker sees it at its next model call
const stopped = await trams.stop({ reason: "the town has no trams" });
console.log(`stopped: ${stopped.map((id) => colony.agent(id).record.name).join(", ")}`);

for (const worker of [buses, ferries, trams]) {
  const report = await worker.report();
  console.log(`\n${report?.name}: ${report?.status} (${report?.cause})`);
  console.log(`  ${report?.error?.message ?? report?.summary}`);
  if (report?.status === "success") console.log(JSON.stringify(report.data, null, 2).replaceAll(/^/gm, "  "));
}
