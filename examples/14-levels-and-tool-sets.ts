// A planner may have workers of its own, and they may not; nobody below it may go to the network; and what each model was
// really told can be read afterwards.

import { createScriptedModel } from "@colony/testkit";
import { defineTool, defineWorker, openColony, openColonyReader } from "@colony/runtime";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const tool = (name: string, group: string) =>
  defineTool({
    name,
    group,
    description: name,
    input: z.object({}),
    effect: "pure",
    run: () => `${name}: done`,
  });
const shelf = [tool("read_notes", "files"), tool("write_notes", "files"), tool("fetch_page", "network")];

/** Reports which tools it was told of, after it has tried to start a worker all the same. */
const curious = createScriptedModel(({ prompt, tools = [] }) => {
  if (!prompt.some(({ role }) => role === "tool"))
    return { toolCalls: [{ name: "spawn_worker", input: { task: "do it for me" } }] };
  const summary = `my tools are ${tools.map(({ name }) => name).join(", ")}`;
  return { toolCalls: [{ name: "report_to_parent", input: { status: "success", summary } }] };
});

/** Starts one worker and waits for it. */
const planner = createScriptedModel(({ prompt }) => {
  const said = JSON.stringify(prompt);
  if (!prompt.some(({ role }) => role === "tool"))
    return {
      toolCalls: [{ name: "spawn_worker", input: { task: "look around", worker: "reader", name: "reader" } }],
    };
  if (!said.includes("<worker_report")) return { text: "I wait for my worker." };
  return {
    toolCalls: [{ name: "report_to_parent", input: { status: "success", summary: "my worker has looked" } }],
  };
});

const dir = mkdtempSync(join(tmpdir(), "colony-levels-"));
{
  await using colony = await openColony({
    dir,
    overseer: { model: planner },
    workers: {
      planner: defineWorker({ model: planner, toolSet: { groups: ["delegation"], deny: ["group:network"] } }),
      reader: defineWorker({
        model: curious,
        tools: shelf,
        toolSet: { deny: ["write_*"] },
        profile: "minimal",
      }),
    },
    limits: { maxDepth: 2 },
  });
  const handle = await colony.spawn("planner", { task: "plan", name: "planner" });
  console.log(`planner: ${(await handle.report())?.summary}`);
  console.log(`reader: ${(await colony.agent("reader").report())?.summary}`);
  for await (const event of colony.feed({ until: colony.head(), query: { types: ["SPAWN_REFUSED"] } }))
    if (event.type === "SPAWN_REFUSED") console.log(`refused: ${event.data.message}`);
}

await using reader = await openColonyReader({ dir });
const { id } = reader.find("reader") ?? {};
if (id !== undefined) {
  const { call, calls, prompt } = await reader.prompt(id, { call: 1 });
  const [system] = prompt;
  console.log(`call ${call} of ${calls} began with:\n${system?.role === "system" ? system.content : ""}`);
}
rmSync(dir, { recursive: true });
