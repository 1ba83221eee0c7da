import {
  modelName,
  type Clock,
  type Model,
  type ModelRequest,
  type ModelStreamPart,
  type Usage,
} from "@colony/core";
import { classifyError, type ModelFailure } from "./classify-error.ts";
import { AnswerReader, type Answer, type Delta } from "./read-answer.ts";
import type { ModelTimeouts } from "./timeouts.ts";
import { ABORTED, SILENT, Watch } from "./watch.ts";

/** What came of asking a model. */
export type Asked =
  | {
      readonly outcome: "answered";
      readonly answer: Answer;
      readonly firstTokenMs: number | null;
      readonly durationMs: number;
    }
  | {
      readonly outcome: "failed";
      readonly failure: ModelFailure;
      readonly supersededText: string;
      /** As far as the provider has said. */
      readonly usage: Omit<Usage, "costUsd"> | undefined;
    }
  /** The signal was aborted. */
  | { readonly outcome: "aborted"; readonly supersededText: string };

/** How a model is asked. */
export interface AskOptions {
  readonly model: Model;
  readonly request: Omit<ModelRequest, "abortSignal">;
  readonly clock: Clock;
  readonly timeouts: ModelTimeouts;
  /** Calls the model off when somebody aborts it; aborted when all is over. */
  readonly stopping: AbortController;
  readonly onDelta: (delta: Delta) => void;
}

/** Asks a model once. Never waits for one that does not heed its abort signal, and never throws. */
export async function askModel({
  model,
  request,
  clock,
  timeouts,
  stopping,
  onDelta,
}: AskOptions): Promise<Asked> {
  const name = modelName(model);
  const reader = new AnswerReader();
  const { signal } = stopping;
  if (signal.aborted) return { outcome: "aborted", supersededText: "" };
  const watch = new Watch(clock, stopping);
  const startedAt = clock.now();
  let firstTokenMs: number | null = null;
  let opening: PromiseLike<{ readonly stream: ReadableStream<ModelStreamPart> }> | undefined;
  let pieces: ReadableStreamDefaultReader<ModelStreamPart> | undefined;
  try {
    opening = model.doStream({ ...request, abortSignal: signal });
    pieces = (await watch.over(opening, timeouts.firstTokenMs)).stream.getReader();
    for (;;) {
      const silenceMs = firstTokenMs === null ? timeouts.firstTokenMs : timeouts.idleMs;
      const { done, value } = await watch.over(pieces.read(), silenceMs);
      if (done) break;
      const delta = reader.take(value);
      if (delta === undefined) continue;
      firstTokenMs ??= clock.now() - startedAt;
      onDelta(delta);
    }
    const answer = reader.finish();
    if (answer === undefined) return broken(name, reader);
    const unusable = unusableAnswer(name, answer, reader.text);
    if (unusable !== undefined) return failed(reader, unusable);
    return { outcome: "answered", answer, firstTokenMs, durationMs: clock.now() - startedAt };
  } catch (error) {
    if (error === ABORTED || isAborted(signal)) return { outcome: "aborted", supersededText: reader.text };
    if (error === SILENT) return failed(reader, silence(name, firstTokenMs, timeouts));
    return failed(reader, classifyError(error, { model: name, now: clock.now() }));
  } finally {
    watch.end();
    if (pieces !== undefined) pieces.cancel().catch(nothing);
    else opening?.then(({ stream }) => stream.cancel().catch(nothing), nothing);
  }
}

/** A call, because what a signal says changes while it is waited. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

/** What is wrong with an answer that is complete and yet nothing to go on with. */
function unusableAnswer(
  name: string,
  { message, finishReason }: Answer,
  text: string,
): ModelFailure | undefined {
  if (finishReason === "content-filter") {
    const what = text.trim() === "" ? "its answer" : "the rest of its answer";
    return {
      error: { code: "model.rejected", message: `${name} withheld ${what} (content filter)` },
      retryable: false,
    };
  }
  if (text.trim() !== "" || message.parts.some(({ type }) => type === "tool-call")) return undefined;
  return {
    error: { code: "model.empty_response", message: `${name} answered with nothing (${finishReason})` },
    retryable: true,
  };
}

function broken(name: string, reader: AnswerReader): Asked {
  const message = `${name} broke off before its answer was complete`;
  return failed(reader, { error: { code: "model.broken_stream", message }, retryable: true });
}

function silence(name: string, firstTokenMs: number | null, timeouts: ModelTimeouts): ModelFailure {
  const message =
    firstTokenMs === null
      ? `${name} said nothing for ${timeouts.firstTokenMs / 1_000} s`
      : `${name} fell silent for ${timeouts.idleMs / 1_000} s in the middle of its answer`;
  return { error: { code: "model.timeout", message }, retryable: true };
}

function failed(reader: AnswerReader, failure: ModelFailure): Asked {
  return { outcome: "failed", failure, supersededText: reader.text, usage: reader.usage };
}

function nothing(): void {
  // What a model says or throws after it has been given up is of no interest.
}
