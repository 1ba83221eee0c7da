// A model in the AI SDK's own interface, for every peer that takes one: it calls the tool, then says that it is done.

const USAGE = {
  inputTokens: { total: 120, noCache: 120, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 30, text: 30, reasoning: 0 },
};
const TEXT = ["The reading at the station is 21.5 degrees; ", "nothing about it is unusual."];

/** @param {{ before: () => Promise<void>, version?: "v3" | "v4" }} options */
export function createModel({ before, version = "v4" }) {
  return {
    specificationVersion: version,
    provider: "bench",
    modelId: "work",
    supportedUrls: {},
    async doGenerate({ prompt }) {
      await before();
      const isAnswered = prompt.some(({ role }) => role === "assistant");
      return {
        content: isAnswered ? [{ type: "text", text: TEXT.join("") }] : [{ type: "tool-call", ...call() }],
        finishReason: isAnswered ? STOP : TOOL_CALLS,
        usage: USAGE,
        warnings: [],
      };
    },
    async doStream({ prompt }) {
      await before();
      const parts = prompt.some(({ role }) => role === "assistant") ? doneParts() : callParts();
      return {
        stream: new ReadableStream({
          start(controller) {
            for (const part of parts) controller.enqueue(part);
            controller.close();
          },
        }),
      };
    },
  };
}

const STOP = { unified: "stop", raw: "stop" };
const TOOL_CALLS = { unified: "tool-calls", raw: "tool_calls" };

function call() {
  return { toolCallId: "call-0", toolName: "look_up", input: '{"station":"north-0"}' };
}

function callParts() {
  return [
    { type: "stream-start", warnings: [] },
    { type: "tool-call", ...call() },
    { type: "finish", finishReason: TOOL_CALLS, usage: USAGE },
  ];
}

function doneParts() {
  return [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "0" },
    ...TEXT.map((delta) => ({ type: "text-delta", id: "0", delta })),
    { type: "text-end", id: "0" },
    { type: "finish", finishReason: STOP, usage: USAGE },
  ];
}
