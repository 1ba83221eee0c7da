// The AI SDK as its documentation calls it: one function with tools and a stop condition.

import { generateText, isStepCount, streamText, tool } from "ai";
import { z } from "zod";
import { createModel } from "./ai-model.mjs";

const tools = {
  look_up: tool({
    description: "Gives the newest reading of a station.",
    inputSchema: z.object({ station: z.string() }),
    execute: async ({ station }) => ({ station, reading: 21.5, unit: "degree" }),
  }),
};
const shared = {
  instructions: "You are a worker. You have one task.",
  stopWhen: isStepCount(5),
  maxRetries: 0,
};

/** `generateText` calls `doGenerate` and gives the whole answer; `streamText` calls `doStream` and gives it piece by piece. */
export async function open({ before, variant }) {
  const model = createModel({ before });
  return {
    async execute(number) {
      const options = { ...shared, model, tools, prompt: `Read station ${number}.` };
      return variant === "stream" ? await textOf(streamText(options)) : (await generateText(options)).text;
    },
  };
}

/** One answer over HTTP, read piece by piece. */
export async function openHttp({ baseUrl }) {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const model = createOpenAICompatible({ name: "bench", baseURL: baseUrl, apiKey: "none" })("work");
  return {
    execute: (number) => textOf(streamText({ ...shared, model, prompt: `Read station ${number}.` })),
  };
}

async function textOf({ textStream }) {
  let text = "";
  for await (const delta of textStream) text += delta;
  return text;
}
