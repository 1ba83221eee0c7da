// Four ways to watch a colony. What must not be lost is an event: it has a seq, and any feed can start from any seq. What
// passes is a pulse: text as it is said, progress of tools. All of them are async iterables, and rxjs observables too.

import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const model = createOfflineModel({ thinkMs: 20 });
const search = defineTool({
  name: "search",
  description: "Finds facts about a planet.",
  input: z.object({ planet: z.string() }),
  effect: "pure",
  run({ planet }, { progress }) {
    progress(`pointing the telescope at ${planet}`, { planet });
    return [`Moons: ${{ Mars: 2, Jupiter: 97 }[planet] ?? "unknown"}`];
  },
});

const colony = await openColony({
  dir: "memory",
  overseer: { model },
  workers: { astronomer: defineWorker({ model, tools: [search] }) },
});

// 1. events$: every event from now on, here only those of workers' ends.
const ends = Array.fromAsync(
  colony.select({ types: ["AGENT_CLOSED"] }),
  ({ seq, agentId }) => `${seq} ${agentId}`,
);

// 2. pulses$: what the overseer says while it says it, and how far tools are.
const heard = (async () => {
  let text = "";
  for await (const pulse of colony.pulses$) {
    if (pulse.type === "text" && pulse.agentId === colony.overseer.id) text += pulse.delta;
    if (pulse.type === "tool_progress") console.log(`  ${pulse.name}: ${pulse.message}`);
  }
  return text;
})();

// 3. waitFor: the next event that matches, with a limit.
const firstReport = colony.waitFor({ types: ["SUBAGENT_REPORT"] }, { timeoutMs: 10_000 });

const receipt = await colony.inject("Compare Mars with Jupiter");
const first = await firstReport;
if (first?.type === "SUBAGENT_REPORT")
  console.log(`first to report: ${first.data.name}, ${first.data.summary}`);
const answer = await receipt.reply();

// 4. feed: the whole story from the very first event, without a gap; it would go on live without `until`.
const story: string[] = [];
for await (const { seq, agentId, type } of colony.feed({ after: 0, until: colony.head() }))
  if (agentId === colony.overseer.id) story.push(`${seq} ${type}`);
console.log(`\nthe overseer's own events:\n  ${story.join("\n  ")}`);

await colony.close(); // ends every iteration
console.log(`\nworkers closed at: ${(await ends).join(", ")}`);
const words = await heard;
console.log(
  `heard ${words.length} characters as they were said; the answer is among them: ${words.endsWith(answer)}\n`,
);
console.log(answer);
