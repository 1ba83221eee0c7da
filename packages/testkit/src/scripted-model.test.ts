import { getEventListeners } from "node:events";
import type { ModelRequest, ModelStreamPart } from "@colony/core";
import { expect, it } from "vitest";
import { createGate } from "./gate.ts";
import { createScriptedModel, type ScriptedModel } from "./scripted-model.ts";

const request = (abortSignal?: AbortSignal): ModelRequest => ({
  prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
  ...(abortSignal === undefined ? {} : { abortSignal }),
});

async function answer(model: ScriptedModel, signal?: AbortSignal): Promise<readonly ModelStreamPart[]> {
  const { stream } = await model.doStream(request(signal));
  return await Array.fromAsync(stream);
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it("says reasoning, text and tool calls in order, and finishes with its usage", async () => {
  const model = createScriptedModel([
    {
      reasoning: "hm",
      text: ["one ", "two"],
      toolCalls: [
        { name: "spawn", input: { task: "x" } },
        { id: "mine", name: "broken", input: "{not json" },
      ],
      usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60, reasoningTokens: 5 },
    },
  ]);
  const parts = await answer(model);
  expect(parts.map((part) => part.type)).toEqual([
    "stream-start",
    "reasoning-start",
    "reasoning-delta",
    "reasoning-end",
    "text-start",
    "text-delta",
    "text-delta",
    "text-end",
    "tool-input-start",
    "tool-input-delta",
    "tool-input-end",
    "tool-call",
    "tool-input-start",
    "tool-input-delta",
    "tool-input-end",
    "tool-call",
    "finish",
  ]);
  expect(parts.filter((part) => part.type === "tool-call")).toEqual([
    { type: "tool-call", toolCallId: "call-1", toolName: "spawn", input: '{"task":"x"}' },
    { type: "tool-call", toolCallId: "mine", toolName: "broken", input: "{not json" },
  ]);
  expect(parts.at(-1)).toMatchObject({
    finishReason: { unified: "tool-calls" },
    usage: {
      inputTokens: { total: 100, noCache: 40, cacheRead: 60 },
      outputTokens: { total: 20, text: 15, reasoning: 5 },
    },
  });
  expect(model.active()).toBe(0);
});

it("remembers its requests, and fails where the script has run out", async () => {
  const model = createScriptedModel([{ text: "only" }]);
  await answer(model);
  await expect(answer(model)).rejects.toMatchObject({
    code: "model.rejected",
    message:
      "the script ends after 1 turn, and this is request 2; add a turn to it, or let a function answer",
  });
  expect(model.requests).toEqual([request(), request()]);
  expect(model.active()).toBe(0);
});

it("answers by what it is asked where the script is a function", async () => {
  const model = createScriptedModel((asked, index) => ({ text: `${asked.prompt.length} at ${index}` }));
  await answer(model);
  expect(await answer(model)).toContainEqual({ type: "text-delta", id: "text", delta: "1 at 1" });
});

it("fails before it answers, in the middle, or breaks off", async () => {
  const model = createScriptedModel([
    { throws: new Error("down") },
    { text: "half", streamError: new Error("cut") },
    { text: "half", ending: "break_off" },
  ]);
  await expect(answer(model)).rejects.toThrow("down");
  expect((await answer(model)).at(-1)).toEqual({ type: "error", error: new Error("cut") });
  expect((await answer(model)).at(-1)).toEqual({ type: "text-end", id: "text" });
});

it("waits at its gates", async () => {
  const before = createGate();
  const during = createGate();
  const model = createScriptedModel([{ text: "said", before: before.opened, during: during.opened }]);
  const seen: string[] = [];
  const done = (async () => {
    const { stream } = await model.doStream(request());
    seen.push("answering");
    for await (const part of stream) seen.push(part.type);
  })();
  await settled();
  expect(seen).toEqual([]);
  before.open();
  await settled();
  expect(seen).toEqual(["answering", "stream-start", "text-start", "text-delta", "text-end"]);
  expect(model.active()).toBe(1);
  during.open();
  await done;
  expect(seen.at(-1)).toBe("finish");
  expect(model.active()).toBe(0);
});

it("heeds its signal at once, before and during its answer, and leaves no listener", async () => {
  const never = createGate().opened;
  const model = createScriptedModel([{ before: never }, { text: "said", during: never }, { text: "none" }]);
  for (let round = 0; round < 3; round += 1) {
    const controller = new AbortController();
    const answered = answer(model, controller.signal);
    if (round < 2) await settled();
    controller.abort(new Error("stop"));
    await expect(answered).rejects.toThrow("stop");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  }
  expect(model.active()).toBe(0);
});

it("goes on when it is deaf to its signal", async () => {
  const gate = createGate();
  const controller = new AbortController();
  const model = createScriptedModel([{ text: "said", during: gate.opened, abort: "deaf" }]);
  const answered = answer(model, controller.signal);
  controller.abort();
  gate.open();
  expect((await answered).at(-1)).toMatchObject({ type: "finish" });
});

it("one that keeps no requests counts them all the same", async () => {
  const model = createScriptedModel([{ text: "one" }, { text: "two" }], { keepsRequests: false });
  await model.doStream(request());
  await model.doStream(request());
  await expect(model.doStream(request())).rejects.toThrow("this is request 3");
  expect(model.requests).toEqual([]);
});
