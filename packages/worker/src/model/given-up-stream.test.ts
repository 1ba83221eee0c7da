import type { Model, ModelStreamPart } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, test } from "vitest";
import { Stopping } from "../stopping.ts";
import { askModel, type Asked } from "./ask-model.ts";

test.each(["is called off", "has kept silent for too long"])(
  "the stream of a model that does not heed its signal is let go when it %s",
  async (how) => {
    const clock = createManualClock({ now: 0 });
    const stopping = new Stopping();
    let cancelled = 0;
    const deaf: Model = {
      specificationVersion: "v4",
      provider: "odd",
      modelId: "m",
      doStream: async () => ({
        stream: new ReadableStream<ModelStreamPart>({
          start: (controller) => controller.enqueue({ type: "stream-start", warnings: [] }),
          cancel: () => void (cancelled += 1),
        }),
      }),
    };
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<Asked>();
    askModel({
      model: deaf,
      request: { prompt: [], abortSignal: stopping.signal },
      clock,
      timeouts: { firstTokenMs: 1_000, idleMs: 1_000 },
      stopping,
      listener: { onDelta: () => undefined, onAsked },
    });
    await clock.advance(0);
    expect(cancelled).toBe(0);
    if (how === "is called off") stopping.abort();
    else await clock.advance(1_000);
    expect((await asked).outcome).toBe(how === "is called off" ? "aborted" : "failed");
    expect(cancelled).toBe(1);
    expect(clock.pending()).toBe(0);
  },
);
