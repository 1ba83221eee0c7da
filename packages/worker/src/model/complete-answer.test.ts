import type { Model, ModelStreamPart } from "@colony/core";
import { createManualClock, type ManualClock } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { Stopping } from "../stopping.ts";
import { matching } from "../testing/matching.ts";
import { askModel, type Asked } from "./ask-model.ts";

const timeouts = { firstTokenMs: 10_000, idleMs: 5_000 };

const text = (delta: string): ModelStreamPart => ({ type: "text-delta", id: "1", delta });

const finish = (unified: "stop" | "interrupted" = "stop"): ModelStreamPart => ({
  type: "finish",
  finishReason: { unified, raw: unified },
  usage: {
    inputTokens: { total: 7, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 3, text: undefined, reasoning: undefined },
  },
});

/** A model under way that says what the test has it say. */
class Saying {
  readonly clock: ManualClock = createManualClock({ now: 0 });
  readonly asked: Promise<Asked>;
  outcome: string | undefined;
  cancelled = 0;
  #controller: ReadableStreamDefaultController<ModelStreamPart> | undefined;

  constructor() {
    const stream = new ReadableStream<ModelStreamPart>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.cancelled += 1),
    });
    const model: Model = {
      specificationVersion: "v4",
      provider: "odd.chat",
      modelId: "m",
      doStream: async () => ({ stream }),
    };
    const { promise, resolve } = Promise.withResolvers<Asked>();
    this.asked = promise;
    const stopping = new Stopping();
    askModel({
      model,
      request: { prompt: [], abortSignal: stopping.signal },
      clock: this.clock,
      timeouts,
      stopping,
      listener: {
        onDelta: () => undefined,
        onAsked: (asked) => {
          this.outcome = asked.outcome;
          resolve(asked);
        },
      },
    });
  }

  async say(...parts: readonly ModelStreamPart[]): Promise<void> {
    for (const part of parts) this.#controller?.enqueue(part);
    await this.clock.advance(0);
  }

  breakOff(): void {
    this.#controller?.error(Object.assign(new TypeError("terminated"), { code: "ECONNRESET" }));
  }
}

describe("an answer that is complete", () => {
  test("is answered where its connection breaks then", async () => {
    const saying = new Saying();
    await saying.say(text("Done."), finish());
    saying.breakOff();
    expect(await saying.asked).toMatchObject({ outcome: "answered", answer: { usage: { inputTokens: 7 } } });
    expect(saying.clock.pending()).toBe(0);
  });

  test("is answered after a second where its stream does not end, which is let go", async () => {
    const saying = new Saying();
    await saying.say(text("Done."));
    await saying.clock.advance(1_000);
    await saying.say(finish());
    await saying.clock.advance(999);
    expect(saying.outcome).toBeUndefined();
    await saying.clock.advance(1);
    expect(await saying.asked).toMatchObject({ outcome: "answered", durationMs: 2_000 });
    expect(saying.cancelled).toBe(1);
    expect(saying.clock.pending()).toBe(0);
  });

  test("is none where its provider has broken it off", async () => {
    const saying = new Saying();
    await saying.say(text("Half"), finish("interrupted"));
    saying.breakOff();
    expect(await saying.asked).toMatchObject({ outcome: "failed", supersededText: "Half" });
  });
});

describe("pieces that bring nothing", () => {
  const pieces: readonly (readonly [string, ModelStreamPart])[] = [
    ["empty words", text("")],
    ["empty thoughts", { type: "reasoning-delta", id: "1", delta: "" }],
    ["empty inputs of calls", { type: "tool-input-delta", id: "1", delta: "" }],
    ["raw ones", { type: "raw", rawValue: {} }],
  ];

  test.each(pieces)("are silence before the first word: %s", async (_what, piece) => {
    const saying = new Saying();
    for (let passed = 0; passed < 10; passed += 1) {
      await saying.say(piece);
      await saying.clock.advance(1_000);
    }
    expect(await saying.asked).toMatchObject({
      failure: { error: { code: "model.timeout", message: matching(/^odd\/m said nothing for 10 s\. /) } },
    });
  });

  test.each(pieces)("are silence in the middle: %s", async (_what, piece) => {
    const saying = new Saying();
    await saying.say(text("Half"));
    for (let passed = 0; passed < 5; passed += 1) {
      await saying.say(piece);
      await saying.clock.advance(1_000);
    }
    expect(await saying.asked).toMatchObject({
      failure: { error: { code: "model.timeout", message: matching(/^odd\/m fell silent for 5 s/) } },
    });
  });

  test.each<readonly [string, (nth: number) => ModelStreamPart]>([
    ["words", () => text("on ")],
    ["names of calls", (nth) => ({ type: "tool-input-start", id: `c${nth}`, toolName: "t" })],
    [
      "what the provider wants back",
      (nth) => ({ type: "reasoning-start", id: `r${nth}`, providerMetadata: { odd: { signature: "s" } } }),
    ],
  ])("are not %s", async (_what, piece) => {
    const saying = new Saying();
    await saying.say(text("Half"));
    for (let nth = 0; nth < 20; nth += 1) {
      await saying.say(piece(nth));
      await saying.clock.advance(1_000);
    }
    expect(saying.outcome).toBeUndefined();
    await saying.say(finish());
    saying.breakOff();
    expect((await saying.asked).outcome).toBe("answered");
  });
});

test.each<readonly [string, readonly ModelStreamPart[]]>([
  [
    "of hidden thoughts",
    [
      {
        type: "reasoning-start",
        id: "1",
        providerMetadata: { odd: { redactedData: "R".repeat(4_000_000) } },
      },
    ],
  ],
  [
    "of a call",
    [
      {
        type: "tool-call",
        toolCallId: "c",
        toolName: "t",
        input: "{}",
        providerMetadata: { odd: { signature: "s".repeat(4_000_000) } },
      },
    ],
  ],
  [
    "of many parts together",
    Array.from({ length: 5 }, (_, nth) => ({
      type: "text-end" as const,
      id: String(nth),
      providerMetadata: { odd: { signature: "s".repeat(1_000_000) } },
    })).flatMap((end) => [{ type: "text-start" as const, id: end.id }, end]),
  ],
])("what a provider wants back with its answer is bounded with it: %s", async (_what, parts) => {
  const saying = new Saying();
  await saying.say(...parts);
  expect(await saying.asked).toMatchObject({
    failure: {
      retryable: false,
      error: { message: "odd/m said more than 4,000,000 characters in one answer; it was cut off there." },
    },
  });
});

test("what a provider says anew with each piece is counted once", async () => {
  const saying = new Saying();
  const metadata = (nth: number): object => ({ odd: { signature: String(nth).padEnd(50_000, "s") } });
  const parts = Array.from({ length: 200 }, (_, nth) => ({
    ...text("on "),
    providerMetadata: metadata(nth),
  })) as ModelStreamPart[];
  await saying.say(...parts, finish());
  saying.breakOff();
  expect((await saying.asked).outcome).toBe("answered");
});
