// pi as its documentation calls it: an agent with a stream function, and `prompt`.

import { Agent } from "@earendil-works/pi-agent-core";
import { Type, createAssistantMessageEventStream, createModels, createProvider } from "@earendil-works/pi-ai";
import { openAICompletionsApi } from "@earendil-works/pi-ai/api/openai-completions.lazy";

const lookUp = {
  name: "look_up",
  label: "Look up",
  description: "Gives the newest reading of a station.",
  parameters: Type.Object({ station: Type.String() }),
  async execute(_id, { station }) {
    const details = { station, reading: 21.5, unit: "degree" };
    return { content: [{ type: "text", text: JSON.stringify(details) }], details };
  },
};
const NONE = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const MODEL = {
  id: "work",
  name: "work",
  api: "openai-completions",
  provider: "bench",
  baseUrl: "http://127.0.0.1",
  reasoning: false,
  input: ["text"],
  cost: NONE,
  contextWindow: 100_000,
  maxTokens: 10_000,
};
const TEXT = ["The reading at the station is 21.5 degrees; ", "nothing about it is unusual."];

export async function open({ before }) {
  const streamFn = (_model, { messages }) => {
    const stream = createAssistantMessageEventStream();
    const isAnswered = messages.some(({ role }) => role === "assistant");
    void before().then(() => (isAnswered ? pushText(stream) : pushCall(stream)));
    return stream;
  };
  return { execute: (number) => prompt(MODEL, streamFn, { number, tools: [lookUp] }) };
}

/** One answer over HTTP, read piece by piece. */
export async function openHttp({ baseUrl }) {
  const models = createModels();
  const model = { ...MODEL, baseUrl };
  models.setProvider(
    createProvider({
      id: "bench",
      baseUrl,
      auth: {
        apiKey: { name: "none", resolve: async () => ({ auth: { apiKey: "none" }, source: "bench" }) },
      },
      models: [model],
      api: openAICompletionsApi(),
    }),
  );
  return { execute: (number) => prompt(model, models.streamSimple.bind(models), { number, tools: [] }) };
}

async function prompt(model, streamFn, { number, tools }) {
  const agent = new Agent({
    initialState: { systemPrompt: "You are a worker. You have one task.", model, tools },
    streamFn,
  });
  await agent.prompt(`Read station ${number}.`);
  if (agent.state.errorMessage !== undefined) throw new Error(agent.state.errorMessage);
  const last = agent.state.messages.findLast(({ role }) => role === "assistant");
  return last.content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

function pushText(stream) {
  const partial = answer("pending");
  stream.push({ type: "start", partial });
  const block = { type: "text", text: "" };
  partial.content.push(block);
  stream.push({ type: "text_start", contentIndex: 0, partial });
  for (const delta of TEXT) {
    block.text += delta;
    stream.push({ type: "text_delta", contentIndex: 0, delta, partial });
  }
  stream.push({ type: "text_end", contentIndex: 0, content: block.text, partial });
  stream.push({ type: "done", reason: "stop", message: { ...partial, stopReason: "stop" } });
}

function pushCall(stream) {
  const partial = answer("pending");
  stream.push({ type: "start", partial });
  const toolCall = { type: "toolCall", id: "call-0", name: "look_up", arguments: { station: "north-0" } };
  partial.content.push(toolCall);
  stream.push({ type: "toolcall_start", contentIndex: 0, partial });
  stream.push({ type: "toolcall_end", contentIndex: 0, toolCall, partial });
  stream.push({ type: "done", reason: "toolUse", message: { ...partial, stopReason: "toolUse" } });
}

function answer(stopReason) {
  const usage = { ...NONE, input: 120, output: 30, totalTokens: 150, cost: { ...NONE, total: 0 } };
  const { api, provider, id } = MODEL;
  return {
    role: "assistant",
    content: [],
    api,
    provider,
    model: id,
    usage,
    stopReason,
    timestamp: Date.now(),
  };
}
