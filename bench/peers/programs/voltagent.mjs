// VoltAgent as its documentation calls it: an agent, and `generateText`. Its conversations stay in this process.

import { Agent, createTool } from "@voltagent/core";
import { z } from "zod";
import { createModel } from "./ai-model.mjs";

const lookUp = createTool({
  name: "look_up",
  description: "Gives the newest reading of a station.",
  parameters: z.object({ station: z.string() }),
  execute: async ({ station }) => ({ station, reading: 21.5, unit: "degree" }),
});
// The AI SDK below it warns of VoltAgent's own system message on every call; printing that is not the work measured.
console.warn = () => {};

const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {}, child: () => QUIET };

export async function open({ before }) {
  const agent = new Agent({
    name: "reader",
    instructions: "You are a worker. You have one task.",
    model: createModel({ before, version: "v3" }),
    tools: [lookUp],
    logger: QUIET,
    markdown: false,
  });
  return {
    execute: async (number) => (await agent.generateText(`Read station ${number}.`, { maxSteps: 5 })).text,
  };
}
