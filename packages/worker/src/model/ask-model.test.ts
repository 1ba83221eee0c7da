import { getEventListeners } from "node:events";
import type { Model, ModelStreamPart } from "@colony/core";
import {
  createGate,
  createManualClock,
  createScriptedModel,
  type ManualClock,
  type ScriptedTurn,
} from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { askModel, type Asked } from "./ask-model.ts";
import { Stopping } from "../stopping.ts";
import { containing, matching } from "../testing/matching.ts";

const timeouts = { firstTokenMs: 10_000, idleMs: 2_000 };

/** Asks a model once; what it says comes to `said`. */
function asking(
  model: Model,
  options: { readonly clock?: ManualClock; readonly stopping?: Stopping } = {},
): {
  readonly asked: Promise<Asked>;
  readonly clock: ManualClock;
  readonly said: string[];
} {
  const { clock = createManualClock({ now: 0 }), stopping = new Stopping() } = options;
  const said: string[] = [];
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<Asked>();
  askModel({
    model,
    request: { prompt: [], abortSignal: stopping.signal },
    clock,
    timeouts,
    stopping,
    listener: { onDelta: ({ delta }) => void said.push(delta), onAsked },
  });
  return { asked, clock, said };
}

const once = (turn: ScriptedTurn): Model => createScriptedModel([turn]);

/** A model that streams these parts. */
const streaming = (parts: readonly ModelStreamPart[], onCancel: () => void = () => undefined): Model => ({
  specificationVersion: "v4",
  provider: "odd.chat",
  modelId: "m",
  doStream: async () => ({
    stream: new ReadableStream<ModelStreamPart>({
      start(controller) {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
      cancel: onCancel,
    }),
  }),
});

const finish = (unified: "stop" | "interrupted" | "error"): ModelStreamPart => ({
  type: "finish",
  finishReason: { unified, raw: unified },
  usage: {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 4, text: undefined, reasoning: undefined },
  },
});

describe("an answer", () => {
  test("is put together from its pieces, with what the provider wants back", async () => {
    const metadata = { odd: { signature: "s" } };
    const { asked, said } = asking(
      streaming([
        { type: "stream-start", warnings: [] },
        { type: "reasoning-start", id: "1" },
        { type: "reasoning-delta", id: "1", delta: "hm" },
        { type: "reasoning-end", id: "1", providerMetadata: metadata },
        { type: "text-start", id: "1" },
        { type: "text-delta", id: "1", delta: "one " },
        { type: "text-delta", id: "2", delta: "two" },
        { type: "text-end", id: "1" },
        { type: "tool-call", toolCallId: "c", toolName: "t", input: "{}", providerExecuted: true },
        finish("stop"),
      ]),
    );
    expect(await asked).toMatchObject({
      outcome: "answered",
      answer: {
        finishReason: "stop",
        usage: { inputTokens: 0, outputTokens: 4, cachedInputTokens: 0, reasoningTokens: 0, modelCalls: 1 },
        message: {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm", providerMetadata: metadata },
            { type: "text", text: "one " },
            { type: "text", text: "two" },
          ],
        },
      },
    });
    expect(said).toEqual(["hm", "one ", "two"]);
  });

  test("tells how long its first word took and how long it took in all", async () => {
    const gate = createGate();
    const { asked, clock } = asking(once({ text: "Done.", before: gate.opened }));
    await clock.advance(3_000);
    gate.open();
    expect(await asked).toMatchObject({ firstTokenMs: 3_000, durationMs: 3_000 });
    expect(clock.pending()).toBe(0);
  });
});

describe("a failed attempt", () => {
  test("reports what the provider said it used, and nothing where it said nothing", async () => {
    const empty = await asking(once({ text: "", usage: { inputTokens: 8, outputTokens: 1 } })).asked;
    expect(empty).toMatchObject({
      outcome: "failed",
      usage: { inputTokens: 8, outputTokens: 1, modelCalls: 1 },
    });
    const cut = await asking(once({ text: "Half", ending: "break_off" })).asked;
    expect(cut).toMatchObject({ outcome: "failed", usage: undefined, supersededText: "Half" });
  });

  test.each(["interrupted", "error"] as const)("is one whose provider ends it with %s", async (unified) => {
    const parts: ModelStreamPart[] = [{ type: "text-delta", id: "1", delta: "Half" }, finish(unified)];
    expect(await asking(streaming(parts)).asked).toMatchObject({
      outcome: "failed",
      supersededText: "Half",
      failure: {
        retryable: true,
        error: { code: "model.broken_stream", message: "odd/m broke off before its answer was complete" },
      },
    });
  });

  test("is a content filter that says nothing, and no other try would help", async () => {
    expect(await asking(once({ finishReason: "content-filter" })).asked).toMatchObject({
      failure: {
        retryable: false,
        error: {
          code: "model.rejected",
          message:
            "scripted/test withheld its answer (content filter). Change what it is asked, or use another model.",
        },
      },
    });
  });

  test("is an answer of more calls than any model means, and no other try would help", async () => {
    const call = { type: "tool-call", toolCallId: "c", toolName: "t", input: "{}" } as const;
    const parts = Array.from({ length: 1_001 }, () => call);
    expect(await asking(streaming(parts)).asked).toMatchObject({
      failure: {
        retryable: false,
        error: {
          code: "model.broken_stream",
          message: "odd/m asked for more than 1,000 tool calls in one answer; it was cut off there.",
        },
      },
    });
  });

  test("is a stream of a provider that says nothing of what came instead", async () => {
    const model: Model = streaming([finish("interrupted")]);
    const asPage: Model = {
      ...model,
      doStream: async (request) => ({
        ...(await model.doStream(request)),
        response: { headers: { "content-type": "text/html" } },
      }),
    };
    expect(await asking(asPage).asked).toMatchObject({
      failure: {
        retryable: true,
        error: {
          code: "model.broken_stream",
          message: matching(
            /^odd\/m broke off before its answer was complete\. It came as text\/html, not as the/,
          ),
        },
      },
    });
  });

  test("is a model that throws at once", async () => {
    const broken: Model = {
      specificationVersion: "v4",
      provider: "odd",
      modelId: "m",
      doStream: () => {
        throw new TypeError("not a model");
      },
    };
    expect(await asking(broken).asked).toMatchObject({
      outcome: "failed",
      failure: { error: { message: containing("not a model") } },
    });
  });
});

describe("a model that is none", () => {
  const answering = (answer: () => unknown): Model => ({
    specificationVersion: "v4",
    provider: "odd",
    modelId: "m",
    doStream: async () => answer() as never,
  });
  const throwing = (thrown: unknown) => (): never => {
    throw thrown;
  };
  const trap = throwing(new Error("trap"));
  const hostile: object = new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap });

  test.each<[string, () => unknown]>([
    ["with an object without a stream", () => ({})],
    ["with a stream that is none", () => ({ stream: {} })],
    ["with a reader that is none", () => ({ stream: { getReader: () => ({ read: () => 5 }) } })],
    ["with null", () => null],
    ["with nothing", () => undefined],
    ["with a text", () => "hello"],
    ["by throwing what throws at every look", throwing(hostile)],
  ])("fails where it answers %s", async (_what, answer) => {
    expect(await asking(answering(answer)).asked).toMatchObject({
      outcome: "failed",
      failure: {
        error: { code: "model.broken_stream", message: containing("cannot be read") },
        retryable: true,
      },
    });
  });
});

test("a model that was called off and then gives what is no stream troubles nobody", async () => {
  const gate = createGate();
  const late: Model = {
    specificationVersion: "v4",
    provider: "odd",
    modelId: "m",
    doStream: async () => (await gate.opened, {} as never),
  };
  const stopping = new Stopping();
  const { asked } = asking(late, { stopping });
  stopping.abort();
  expect((await asked).outcome).toBe("aborted");
  gate.open();
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
});

describe("a model that does not heed its signal", () => {
  test("is left at once when it is called off, and a stream that it opens later is let go", async () => {
    const gate = createGate();
    let cancelled = 0;
    const late: Model = {
      ...streaming([], () => void (cancelled += 1)),
      doStream: async () => {
        await gate.opened;
        return { stream: new ReadableStream({ cancel: () => void (cancelled += 1) }) };
      },
    };
    const stopping = new Stopping();
    const { asked, clock } = asking(late, { stopping });
    stopping.abort();
    expect(await asked).toEqual({ outcome: "aborted", supersededText: "" });
    gate.open();
    await clock.advance(0);
    expect(cancelled).toBe(1);
    expect(getEventListeners(stopping.signal, "abort")).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  test("is left when it keeps silent in the middle", async () => {
    const model = once({ text: "Half", during: createGate().opened, abort: "deaf" });
    const { asked, clock } = asking(model);
    await clock.advance(2_000);
    expect(await asked).toMatchObject({
      supersededText: "Half",
      failure: { error: { code: "model.timeout" } },
    });
    expect(clock.pending()).toBe(0);
  });

  test("is not asked at all once it has been called off", async () => {
    const stopping = new Stopping();
    stopping.abort();
    const model = createScriptedModel([{ text: "Done.", abort: "deaf" }]);
    const { asked } = asking(model, { stopping });
    expect((await asked).outcome).toBe("aborted");
    expect(model.requests).toEqual([]);
  });
});
