// Who is in a colony can stand in a file: colony-file/colony.yaml, which extends another one, reads its worker's instructions
// from a third, and takes tools from an MCP server. Each execution has a server of its own, from its first call to its end.

import { join } from "node:path";
import { loadColonyFile } from "@colony/definitions";
import { createOfflineModel } from "@colony/offline";
import { openColony } from "@colony/runtime";
import { z } from "zod";

const path = join(import.meta.dirname, "colony-file/colony.yaml");
const file = await loadColonyFile(path, { models: { "offline/rules": createOfflineModel() } });
console.log(
  `read: ${Object.keys(file.workers ?? {}).join(", ")}, at most ${file.limits?.concurrency} at work`,
);

await using colony = await openColony({ ...file, dir: "memory" });
const Found = z.object({ pid: z.number(), found: z.array(z.string()) });
const pids = new Set<number>();
colony.events$.subscribe((event) => {
  if (event.type !== "TOOL_CALL_COMPLETED" || event.data.name !== "notes_search") return;
  const { pid, found } = Found.parse(JSON.parse(z.string().parse(event.data.result.output)));
  pids.add(pid);
  console.log(`notes_search: ${found.join(" ")}`);
});

const buses = await colony.spawn("reader", { task: "Find out about night buses" });
const ferry = await colony.spawn("reader", { task: "Find out about the ferry" });
console.log((await buses.report())?.status, (await ferry.report())?.status);
console.log(`servers that answered: ${pids.size}`);

// What is wrong with a file is told all at once, each with its place, and never with what a variable holds.
try {
  await loadColonyFile(path, {
    env: { MODEL: "offline/ruels" },
    models: { "offline/rules": createOfflineModel() },
  });
} catch (error) {
  console.log(String(error));
}
