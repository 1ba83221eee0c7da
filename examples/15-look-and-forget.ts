// What is going on, who there is, and how to forget what is no longer needed: levels, milestones, lists, pruning.

import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const model = createOfflineModel();
const search = defineTool({
  name: "search",
  description: "Finds facts about a planet.",
  input: z.object({ planet: z.string() }),
  effect: "pure",
  async run({ planet }, { milestone }) {
    await milestone(`${planet} is found`);
    return [`Moons: ${{ Mars: 2, Jupiter: 97 }[planet] ?? "unknown"}`];
  },
});

const colony = await openColony({
  dir: "memory",
  overseer: { model },
  workers: { astronomer: defineWorker({ model, tools: [search] }) },
});

let most = 0;
colony.running$.subscribe(({ agents }) => (most = Math.max(most, agents.length)));

await (await colony.inject("Compare Mars with Jupiter")).reply();
console.log(`at most ${most} agents had something under way, and now ${colony.running().agents.length}`);

const first = colony.list({ limit: 1 });
const second = colony.list({ limit: 1, ...(first.next === null ? {} : { cursor: first.next }) });
for (const { name, milestone, report } of [...first.items, ...second.items])
  console.log(`${name}: ${milestone?.text}; ${report?.status}`);
console.log(
  `page ${first.items.length + second.items.length} of ${first.total}, more: ${second.next !== null}`,
);

// Time goes on by a moment, so that they have been over for longer than no time at all.
await new Promise((resolve) => setTimeout(resolve, 5));
const { agents, events } = await colony.prune({ olderThanMs: 0 });
console.log(`pruned ${agents} workers: ${events > 10 ? "more than ten" : events} events are gone`);

const [worker] = first.items;
if (worker !== undefined) {
  const handle = colony.agent(worker.id);
  console.log(`its report is still there: ${(await handle.report())?.status}`);
  await handle
    .conversation()
    .catch((error: unknown) =>
      console.log(`its conversation is not: ${String(error).replace(/ on .*;/u, ";")}`),
    );
}
await colony.close();
