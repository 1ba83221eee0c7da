import { setTimeout as pause } from "node:timers/promises";
import type { Model, ModelRequest, ModelStreamPart } from "@colony/core";
import { decideAnswer } from "./decide-answer.ts";
import { streamParts } from "./stream-parts.ts";

/**
 * A language model that follows rules: it needs no key and no network. As an overseer it has folders surveyed and things
 * looked up by workers; as a worker it surveys a part, or searches with the tool it was given. It is asked, streams and uses tools like any other model and remembers nothing
 * between calls. `thinkMs` is how long it waits before its first word (default 0), to make demonstrations watchable.
 */
export function createOfflineModel(options: { readonly thinkMs?: number } = {}): Model {
  const thinkMs = options.thinkMs ?? 0;
  return {
    specificationVersion: "v4",
    provider: "offline",
    modelId: "rules",
    async doStream(request) {
      request.abortSignal?.throwIfAborted();
      return { stream: ReadableStream.from(answered(request, thinkMs)) };
    },
  };
}

async function* answered(request: ModelRequest, thinkMs: number): AsyncGenerator<ModelStreamPart, void> {
  const { abortSignal } = request;
  yield { type: "stream-start", warnings: [] };
  if (thinkMs > 0) await thinking(thinkMs, abortSignal);
  for (const part of streamParts(request, decideAnswer(request))) {
    abortSignal?.throwIfAborted();
    yield part;
  }
}

async function thinking(thinkMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(thinkMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    // The caller's reason says more than the timer's own error.
    signal?.throwIfAborted();
    throw error;
  }
}
