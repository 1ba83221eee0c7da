// A tool runs a program of this machine. The process belongs to the call: it is recorded before the program runs, and it
// ends with the call in whatever way that ends, together with everything that it has started. One worker greps, and gets
// its answer; the other one's program ignores being asked to end, and is stopped all the same.

import { setTimeout as pause } from "node:timers/promises";
import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const model = createOfflineModel();
const input = z.object({ phrase: z.string() });

const grep = defineTool({
  name: "search_with_grep",
  description: "Finds the lines in ./docs that contain a phrase.",
  input,
  effect: "pure",
  async run({ phrase }, { runProcess }) {
    const args = ["-rhiF", "--", phrase, "docs"];
    const { stdout } = await runProcess("grep", args, { cwd: import.meta.dirname });
    return stdout.split("\n").filter((line) => line !== "");
  },
});

const stubborn = defineTool({
  name: "search_for_ever",
  description: "Never comes back, and does not listen.",
  input,
  effect: "pure",
  run: (_, { runProcess }) => runProcess("sh", ["-c", "trap '' TERM; while :; do sleep 0.1; done"]),
});

await using colony = await openColony({
  dir: "memory",
  overseer: { model },
  workers: {
    reader: defineWorker({ model, tools: [grep] }),
    dreamer: defineWorker({ model, tools: [stubborn] }),
  },
  limits: { processGraceMs: 500 },
});
colony.select({ types: ["PROCESS_STARTED", "PROCESS_EXITED"] }).subscribe(({ type, data }) => {
  console.log(type, JSON.stringify({ ...data, startToken: undefined }));
});

const reader = await colony.spawn("reader", { task: "Find out about night buses" });
console.log((await reader.report())?.summary);

const dreamer = await colony.spawn("dreamer", { task: "Find out about the meaning of it all" });
await colony.waitFor({ agentId: dreamer.id, types: ["PROCESS_STARTED"] }, { after: 0 });
await pause(300); // by now it has begun not to listen
await dreamer.stop(); // resolves when nothing of it is left, not even its process
console.log(`the dreamer: ${(await dreamer.report())?.status}`);
