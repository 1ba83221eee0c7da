import type { Model, ModelRequest, ModelStreamPart } from "@colony/core";
import type { WholeModel } from "./hand-loop.ts";

/** How a model of the benchmark behaves. */
export interface WorkModelOptions {
  /** Awaited before each answer. Default: nothing. */
  readonly before?: () => Promise<unknown>;
  /** Calls of the tool before the final text. Default 1. */
  readonly toolCalls?: number;
}

/** A model in this process, which costs as little as a model can: it calls the tool, then says that it is done. */
export function createWorkModel({ before, toolCalls = 1 }: WorkModelOptions = {}): Model {
  return {
    specificationVersion: "v4",
    provider: "bench",
    modelId: "work",
    async doStream(request) {
      if (before !== undefined) await before();
      const answered = answersIn(request);
      return { stream: streamOf(answered < toolCalls ? callParts(answered) : DONE) };
    },
  };
}

/** The same answers, handed over whole. */
export function createWholeModel(): WholeModel {
  return (request) => Promise.resolve(answersIn(request) === 0 ? callParts(0) : DONE);
}

function answersIn({ prompt }: ModelRequest): number {
  let answers = 0;
  for (const { role } of prompt) if (role === "assistant") answers += 1;
  return answers;
}

const USAGE = {
  inputTokens: { total: 120, noCache: 120, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 30, text: 30, reasoning: 0 },
};

const DONE: readonly ModelStreamPart[] = [
  { type: "stream-start", warnings: [] },
  { type: "text-start", id: "0" },
  { type: "text-delta", id: "0", delta: "The reading at the station is 21.5 degrees; " },
  { type: "text-delta", id: "0", delta: "nothing about it is unusual." },
  { type: "text-end", id: "0" },
  { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: USAGE },
];

function callParts(number: number): readonly ModelStreamPart[] {
  return [
    { type: "stream-start", warnings: [] },
    {
      type: "tool-call",
      toolCallId: `call-${number}`,
      toolName: "look_up",
      input: `{"station":"north-${number}"}`,
    },
    { type: "finish", finishReason: { unified: "tool-calls", raw: "tool_calls" }, usage: USAGE },
  ];
}

function streamOf(parts: readonly ModelStreamPart[]): ReadableStream<ModelStreamPart> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}
