import { modelName, type Clock, type Model, type ModelRequest, type Usage } from "@colony/core";
import { classifyError, type ModelFailure } from "./classify-error.ts";
import { AnswerReader, type Answer, type Delta } from "./read-answer.ts";
import type { ModelTimeouts } from "./timeouts.ts";

/** What came of asking a model. */
export type Asked =
  | { readonly outcome: "answered"; readonly answer: Answer; readonly firstTokenMs: number | null; readonly durationMs: number }
  | {
      readonly outcome: "failed";
      readonly failure: ModelFailure;
      readonly supersededText: string;
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
  readonly signal: AbortSignal;
  readonly onDelta: (delta: Delta) => void;
}

const ABORTED = Symbol("aborted");
const SILENT = Symbol("silent");

/** Asks a model once. Never waits for one that does not heed its abort signal, and never throws. */
export async function askModel(options: AskOptions): Promise<Asked> {
  const { model, clock, timeouts } = options;
  const name = modelName(model);
  const reader = new AnswerReader();
  const watch = new Watch(options);
  const startedAt = clock.now();
  let firstTokenMs: number | null = null;
  try {
    const opened = await watch.over(model.doStream({ ...options.request, abortSignal: watch.signal }), timeouts.firstTokenMs);
    const pieces = opened.stream.getReader();
    try {
      while (true) {
        const { done, value } = await watch.over(
          pieces.read(),
          firstTokenMs === null ? timeouts.firstTokenMs : timeouts.idleMs,
        );
        if (done) break;
        const delta = reader.take(value);
        if (delta === undefined) continue;
        firstTokenMs ??= clock.now() - startedAt;
        options.onDelta(delta);
      }
    } finally {
      pieces.cancel().catch(() => undefined);
    }
    const answer = reader.finish();
    if (answer === undefined)
      return failed(reader, {
        error: { code: "model.broken_stream", message: `${name} broke off before its answer was complete` },
        retryable: true,
      });
    return incomplete(name, answer, reader) ?? {
      outcome: "answered",
      answer,
      firstTokenMs,
      durationMs: clock.now() - startedAt,
    };
  } catch (error) {
    if (error === ABORTED || options.signal.aborted) return { outcome: "aborted", supersededText: reader.text };
    if (error === SILENT) return failed(reader, silence(name, firstTokenMs, timeouts));
    return failed(reader, classifyError(error, { model: name, now: clock.now() }));
  } finally {
    watch.end();
  }
}

/** Answers that are complete and yet nothing to go on with. */
function incomplete(name: string, { message, finishReason }: Answer, reader: AnswerReader): Asked | undefined {
  const says = message.parts.some((part) => part.type === "tool-call" || (part.type === "text" && part.text.trim() !== ""));
  if (says) return undefined;
  if (finishReason === "content-filter")
    return failed(reader, {
      error: { code: "model.rejected", message: `${name} withheld its answer (content filter)` },
      retryable: false,
    });
  return failed(reader, {
    error: { code: "model.empty_response", message: `${name} answered with nothing (${finishReason})` },
    retryable: true,
  });
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

/** Bounds each wait by the abort signal and by a time, whatever the model does; one timer and one listener for all. */
class Watch {
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  readonly #inner = new AbortController();
  #reject: ((reason: unknown) => void) | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor({ clock, signal }: AskOptions) {
    this.#clock = clock;
    this.#outer = signal;
    signal.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  async over<T>(work: PromiseLike<T>, timeoutMs: number): Promise<T> {
    if (this.#outer.aborted) this.#abort();
    const waiting = new Promise<never>((_, reject) => {
      this.#reject = reject;
      if (this.#inner.signal.aborted) reject(ABORTED);
    });
    this.#cancelTimer = this.#clock.after(timeoutMs, () => this.#reject?.(SILENT));
    try {
      return await Promise.race([work, waiting]);
    } finally {
      this.#cancelTimer();
      this.#reject = undefined;
    }
  }

  /** Whatever is still under way is told to stop. */
  end(): void {
    this.#outer.removeEventListener("abort", this.#abort);
    this.#inner.abort();
  }

  readonly #abort = (): void => {
    this.#inner.abort(this.#outer.reason);
    this.#reject?.(ABORTED);
  };
}
