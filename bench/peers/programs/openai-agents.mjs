// OpenAI Agents as its documentation calls it: an agent, and `run`. Its tracing, which would call home, is off.

import { Agent, OpenAIChatCompletionsModel, Usage, run, setTracingDisabled, tool } from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";

setTracingDisabled(true);

const lookUp = tool({
  name: "look_up",
  description: "Gives the newest reading of a station.",
  parameters: z.object({ station: z.string() }),
  execute: async ({ station }) => ({ station, reading: 21.5, unit: "degree" }),
});
const settings = { name: "reader", instructions: "You are a worker. You have one task." };
const TEXT = "The reading at the station is 21.5 degrees; nothing about it is unusual.";

export async function open({ before }) {
  const model = {
    async getResponse({ input }) {
      await before();
      const isAnswered = Array.isArray(input) && input.some(({ type }) => type === "function_call");
      return {
        usage: new Usage({ requests: 1, inputTokens: 120, outputTokens: 30 }),
        output: [isAnswered ? said() : call()],
      };
    },
    getStreamedResponse() {
      throw new Error("this work is not streamed");
    },
  };
  const agent = new Agent({ ...settings, model, tools: [lookUp] });
  return { execute: async (number) => (await run(agent, `Read station ${number}.`)).finalOutput };
}

/** One answer over HTTP, read piece by piece. */
export async function openHttp({ baseUrl }) {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "none", maxRetries: 0 });
  const agent = new Agent({ ...settings, model: new OpenAIChatCompletionsModel(client, "work") });
  return {
    async execute(number) {
      const stream = await run(agent, `Read station ${number}.`, { stream: true });
      let text = "";
      for await (const delta of stream.toTextStream()) text += delta;
      await stream.completed;
      return text;
    },
  };
}

function call() {
  const args = '{"station":"north-0"}';
  return { type: "function_call", callId: "call-0", name: "look_up", status: "completed", arguments: args };
}

function said() {
  return {
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: TEXT }],
  };
}
