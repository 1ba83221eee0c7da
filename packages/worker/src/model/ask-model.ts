import {
  modelName,
  textOf,
  type AssistantPart,
  type Clock,
  type Model,
  type ModelRequest,
  type ModelStreamPart,
  type Usage,
} from "@colony/core";
import type { Stopping } from "../stopping.ts";
import { cameAs } from "./came-as.ts";
import { MAY_PASS, brokenOff, classifyError, type FailedCall, type ModelFailure } from "./classify-error.ts";
import { AnswerReader, type Answer, type Delta } from "./read-answer.ts";
import type { ModelTimeouts } from "./timeouts.ts";
import { isUnconnected } from "./unconnected.ts";
import { Watch } from "./watch.ts";

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
      readonly reached: Reached;
    }
  /** The signal was aborted. */
  | { readonly outcome: "aborted"; readonly supersededText: string };

/** How far a call came: nobody was there, nothing of an answer was heard, or some of it was. */
type Reached = "nobody" | "no_answer" | "answer";

/** How a model is asked. */
export interface AskOptions {
  readonly model: Model;
  /** With the signal of `stopping`. */
  readonly request: ModelRequest;
  readonly clock: Clock;
  readonly timeouts: ModelTimeouts;
  /** Calls the model off when somebody aborts it; aborted as well where the model is given up. */
  readonly stopping: Stopping;
  readonly listener: AskListener;
}

/** Told of an answer while it comes. */
export interface AskListener {
  /** The first words are there; the text grows with the answer. */
  onBegun?(answer: { readonly text: string }): void;
  onDelta(delta: Delta, at: number): void;
  /** What has come of it, once. */
  onAsked(asked: Asked): void;
}

/**
 * Asks a model once, and tells the listener what comes of it. Never waits for one that does not heed its abort signal, and
 * never throws what that does. No promise, since the listener is there all the while.
 */
export function askModel(options: AskOptions): void {
  if (options.stopping.aborted) options.listener.onAsked({ outcome: "aborted", supersededText: "" });
  else new Asking(options).begin(options.request);
}

type Pieces = ReadableStreamDefaultReader<ModelStreamPart>;
type Piece = Awaited<ReturnType<Pieces["read"]>>;
type Opened = Awaited<ReturnType<Model["doStream"]>>;

/** One model call under way. Thousands of workers wait in here at once, so it holds little. */
class Asking {
  readonly #model: Model;
  readonly #clock: Clock;
  readonly #timeouts: ModelTimeouts;
  readonly #stopping: Stopping;
  readonly #listener: AskListener;
  #begun: AnswerReader | undefined;
  readonly #watch: Watch;
  readonly #startedAt: number;
  #firstTokenMs: number | null = null;
  #reached: Reached = "no_answer";
  /** Said where it fails. */
  #cameAs: string | undefined;
  #isOver = false;
  #pieces: Pieces | undefined;

  /** The request is the model's to hold, as long as it wants. */
  constructor({ model, clock, timeouts, stopping, listener }: Omit<AskOptions, "request">) {
    this.#model = model;
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#stopping = stopping;
    this.#listener = listener;
    this.#startedAt = clock.now();
    this.#watch = new Watch(clock, timeouts, this);
    stopping.listener = this;
  }

  onSilence(): void {
    this.#giveUp(this.#completed() ?? this.#failed(this.#silence()));
  }

  onAbort(): void {
    this.#giveUp({ outcome: "aborted", supersededText: this.#reader.text });
  }

  begin(request: ModelRequest): void {
    try {
      this.#model.doStream(request).then(this.#open, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Made up where something is to be said of it: most calls go well. */
  get #name(): string {
    return modelName(this.#model);
  }

  /** Made with the first piece: a model may take its time until then. */
  get #reader(): AnswerReader {
    return (this.#begun ??= new AnswerReader());
  }

  /** What a model gives may be anything: that is its failure, and no other's. */
  readonly #open = (opened: Opened): void => {
    if (this.#isOver) return letGo(() => opened.stream.cancel());
    try {
      this.#pieces = opened.stream.getReader();
      this.#cameAs = cameAs(opened);
      this.#pieces.read().then(this.#take, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  /** Called back piece by piece: an async function would make three times as many objects for each. */
  readonly #take = ({ done, value }: Piece): void => {
    if (this.#isOver) return;
    try {
      if (done) {
        this.#pieces = undefined;
        return this.#settle(this.#answered());
      }
      if (isOfAnswer(value)) this.#reached = "answer";
      const reader = this.#reader;
      const before = reader.characters;
      this.#tell(reader.take(value), reader.characters > before);
      if (value.type === "finish" && reader.isComplete) this.#watch.expectEnd();
      this.#pieces?.read().then(this.#take, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #fail = (error: unknown): void => {
    if (this.#isOver) return;
    if (this.#pieces === undefined && isUnconnected(error)) this.#reached = "nobody";
    this.#giveUp(this.#completed() ?? this.#failed(this.#failure(error)));
  };

  /** A piece that brings nothing, not even what is kept with an answer, is as good as silence. */
  #tell(delta: Delta | undefined, bringsMore: boolean): void {
    if (!bringsMore && delta === undefined) return;
    const listener = this.#listener;
    const now = this.#clock.now();
    this.#watch.heard(now, delta === undefined ? "none" : "words");
    if (delta === undefined) return;
    if (this.#firstTokenMs === null) {
      this.#firstTokenMs = now - this.#startedAt;
      listener.onBegun?.(this.#reader);
    }
    listener.onDelta(delta, now);
  }

  /** What a stream that has come to its end amounts to. */
  #answered(): Asked {
    return this.#completed() ?? this.#failed(brokenOff(this.#failedCall));
  }

  /** What an answer amounts to that is complete, however its stream ends; undefined where it is not. */
  #completed(): Asked | undefined {
    const answer = this.#reader.finish();
    if (answer === undefined) return undefined;
    if (!isUsable(answer)) return this.#failed(unusableAnswer(this.#name, answer));
    const durationMs = this.#clock.now() - this.#startedAt;
    return { outcome: "answered", answer, firstTokenMs: this.#firstTokenMs, durationMs };
  }

  /** The model is not waited for any more, and told so. */
  #giveUp(asked: Asked): void {
    if (this.#isOver) return;
    const pieces = this.#pieces;
    this.#pieces = undefined;
    this.#settle(asked);
    this.#stopping.abort();
    letGo(() => pieces?.cancel());
  }

  /** What has waited for long is old, and keeps what it holds alive after its end (ADR 44): it lets go of what has come. */
  #settle(asked: Asked): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#begun = undefined;
    this.#watch.end();
    this.#stopping.listener = undefined;
    this.#listener.onAsked(asked);
  }

  #failed(failure: ModelFailure): Asked {
    const { text, usage } = this.#reader;
    return { outcome: "failed", failure, supersededText: text, usage, reached: this.#reached };
  }

  #failure(error: unknown): ModelFailure {
    return classifyError(error, this.#failedCall);
  }

  get #failedCall(): FailedCall {
    const hasSpoken = this.#firstTokenMs !== null;
    return { model: this.#name, now: this.#clock.now(), hasSpoken, cameAs: this.#cameAs };
  }

  #silence(): ModelFailure {
    const name = this.#name;
    const timeouts = this.#timeouts;
    const message =
      this.#firstTokenMs === null
        ? `${name} said nothing for ${timeouts.firstTokenMs / 1_000} s. ${MAY_PASS} One that thinks for longer needs a longer "timeouts.firstTokenMs".`
        : `${name} fell silent for ${timeouts.idleMs / 1_000} s in the middle of its answer. ${MAY_PASS} One that pauses for longer needs a longer "timeouts.idleMs".`;
    return { error: { code: "model.timeout", message }, retryable: true };
  }
}

/** Whether an answer that is complete says something to go on with. */
function isUsable({ message, finishReason }: Answer): boolean {
  return finishReason !== "content-filter" && message.parts.some(saysSomething);
}

function saysSomething(part: AssistantPart): boolean {
  return part.type === "tool-call" || (part.type === "text" && part.text.trim() !== "");
}

/** What is wrong with an answer that is complete and yet nothing to go on with. */
function unusableAnswer(name: string, { message, finishReason }: Answer): ModelFailure {
  if (finishReason === "content-filter") {
    const what = textOf(message).trim() === "" ? "its answer" : "the rest of its answer";
    const words = `${name} withheld ${what} (content filter). Change what it is asked, or use another model.`;
    return { error: { code: "model.rejected", message: words }, retryable: false };
  }
  const words = `${name} answered with nothing (${finishReason}). ${MAY_PASS}`;
  return { error: { code: "model.empty_response", message: words }, retryable: true };
}

/** Whether a piece shows that the model was at work. Providers' packages make the first one themselves. */
function isOfAnswer({ type }: ModelStreamPart): boolean {
  return type !== "stream-start" && type !== "raw" && type !== "error";
}

function nothing(): void {
  // What a model says or throws after it has been given up is of no interest.
}

/** Lets go of what a model has opened, which need not be a stream at all: whatever that says is heard by nobody. */
function letGo(cancel: () => Promise<unknown> | undefined): void {
  Promise.try(cancel).catch(nothing);
}
