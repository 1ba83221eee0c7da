// Mastra as its documentation calls it: an agent, and `generate`. With a folder it has a memory in LibSQL, where each
// execution is a thread of its own.

import { join } from "node:path";
import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { createModel } from "./ai-model.mjs";

const lookUp = createTool({
  id: "look_up",
  description: "Gives the newest reading of a station.",
  inputSchema: z.object({ station: z.string() }),
  execute: async ({ station }) => ({ station, reading: 21.5, unit: "degree" }),
});

export async function open({ before, dir }) {
  const kept = dir === undefined ? {} : await openMemory(dir);
  const reader = new Agent({
    id: "reader",
    name: "reader",
    instructions: "You are a worker. You have one task.",
    model: createModel({ before }),
    tools: { look_up: lookUp },
    ...(kept.memory === undefined ? {} : { memory: kept.memory }),
  });
  const mastra = new Mastra({
    agents: { reader },
    logger: false,
    ...(kept.storage === undefined ? {} : { storage: kept.storage }),
  });
  const agent = mastra.getAgent("reader");
  return {
    async execute(number) {
      const options =
        kept.memory === undefined
          ? {}
          : { memory: { thread: crypto.randomUUID(), resource: `station ${number}` } };
      return (await agent.generate(`Read station ${number}.`, options)).text;
    },
  };
}

async function openMemory(dir) {
  const { LibSQLStore } = await import("@mastra/libsql");
  const { Memory } = await import("@mastra/memory");
  const storage = new LibSQLStore({ id: "bench", url: `file:${join(dir, "mastra.db")}` });
  return { storage, memory: new Memory({ storage }) };
}
