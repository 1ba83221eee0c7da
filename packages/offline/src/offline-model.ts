import { setTimeout as pause } from "node:timers/promises";
import { ColonyError, shownValue, type Model, type ModelRequest, type ModelStreamPart } from "@colony/core";
import { decideAnswer } from "./decide-answer.ts";
import { streamParts } from "./stream-parts.ts";

/**
 * A language model that follows rules: it needs no key and no network. As an overseer it has folders surveyed and things
 * looked up by workers; as a worker it surveys a part, or searches with the tool it was given. It is asked, streams and uses tools like any other model and remembers nothing
 * between calls. `thinkMs` is how long it waits before its first word (default 0), to make demonstrations watchable.
 * Throws `settings.invalid` for another option, or for one that cannot be waited for.
 */
export function createOfflineModel(options: { readonly thinkMs?: number } = {}): Model {
  const thinkMs = thinkMsOf(options);
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

/** The longest that timers can wait. Milliseconds. */
const LONGEST_MS = 2_147_483_647;

function thinkMsOf(options: unknown): number {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new ColonyError(
      "settings.invalid",
      `the options of the offline model are ${shownValue(options)}; give { thinkMs }, or nothing`,
    );
  const { thinkMs = 0, ...others } = options as { readonly thinkMs?: unknown };
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new ColonyError(
      "settings.invalid",
      `there is no option ${shownValue(other)} of the offline model; there is: thinkMs`,
    );
  if (typeof thinkMs === "number" && thinkMs >= 0 && thinkMs <= LONGEST_MS) return thinkMs;
  throw new ColonyError(
    "settings.invalid",
    `thinkMs of the offline model is ${shownValue(thinkMs)}; give a number of milliseconds from 0 to ${LONGEST_MS}`,
  );
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
