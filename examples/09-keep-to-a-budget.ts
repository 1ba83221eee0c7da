// One budget binds the whole colony, however many workers spend side by side. Three workers may make two tool calls
// between them: two look something up, the third is told in words that there is no room, and says so. Then a person raises it.

import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const TIMETABLE = [
  "night buses: every thirty minutes from Thursday to Saturday",
  "trams: every ten minutes, and there are none at night",
  "ferries: every hour until sunset",
];

const model = createOfflineModel();

const search = defineTool({
  name: "search_timetable",
  description: "Finds the lines of the timetable that contain a phrase.",
  input: z.object({ phrase: z.string() }),
  effect: "pure",
  run: ({ phrase }) => TIMETABLE.filter((line) => line.includes(phrase)),
});

await using colony = await openColony({
  dir: "memory",
  overseer: { model },
  workers: { reader: defineWorker({ model, tools: [search] }) },
  budget: { toolCalls: 2, wallMs: 60_000 },
});

async function ask(topic: string): Promise<void> {
  const worker = await colony.spawn("reader", { task: `Find out about ${topic}` });
  const report = await worker.report();
  console.log(`${topic}: ${report?.status}. ${report?.summary}`);
}

await Promise.all(["night buses", "trams", "ferries"].map(ask));
console.log(`spent: ${colony.budget().spent.toolCalls} of 2 tool calls`);

await colony.setBudget({ toolCalls: 3 }); // in place of what was set before, with what was spent so far
await ask("ferries");
console.log(`spent: ${colony.budget().spent.toolCalls} of 3 tool calls`);
