import {
  NO_USAGE,
  isTold,
  textOf,
  type AgentCommand,
  type AgentState,
  type ModelRequest,
  type Usage,
} from "@colony/core";
import { askModel, type Asked } from "../model/ask-model.ts";
import { promptOf } from "../prompt/prompt.ts";
import type { Effect } from "./effects.ts";
import type { NamedModel } from "./equipment.ts";
import { ModelCall } from "./model-call.ts";
import { DEFAULT_MAX_OUTPUT_TOKENS } from "./reservation.ts";
import type { RunParts } from "./run-parts.ts";

type ModelParts = Omit<RunParts, "planner">;

/** Asks the model what the state calls for, and says what to record of its answer. */
export class ModelEffect {
  readonly #parts: ModelParts;
  /** The one under way, or called off last. */
  #call: ModelCall | undefined;

  constructor(parts: ModelParts) {
    this.#parts = parts;
  }

  /** The command to ask the model now, with the most that it can cost where a budget has to hold. */
  start(state: AgentState): AgentCommand {
    const { reservations, definition } = this.#parts;
    const { record } = state;
    if (!reservations.bind(record.id)) return { type: "model.start", model: this.#modelFor(state).name };
    const { maxOutputTokens = DEFAULT_MAX_OUTPUT_TOKENS } = definition;
    const { model, name } = this.#modelFor(state);
    const reserved = reservations.reserve(record, { model, request: this.request(state), maxOutputTokens });
    return { type: "model.start", model: name, reserved };
  }

  /** From which model to which the execution turns when this one is given up. */
  switchFrom(state: AgentState): { readonly from: string; readonly to: string } {
    const { models } = this.#parts.equipment;
    const next = models[(state.execution?.modelIndex ?? 0) + 1];
    return { from: this.#modelFor(state).name, to: next?.name ?? "" };
  }

  /** What the model call that has no outcome yet has said, here or to a host that is gone; undefined where that is nothing. */
  saidSoFar({ record, execution }: AgentState): string | undefined {
    const call = execution?.modelCall ?? null;
    if (call === null) return undefined;
    return call.lost ? this.#parts.deps.drafts.leftOf(record.id, call.callId) : this.#call?.said;
  }

  /** Asks the model for the call that is recorded as begun, and gives the effect what is to be recorded of its answer. */
  run(state: AgentState, effect: Effect): void {
    const { deps, hooks, equipment } = this.#parts;
    if (hooks.areHeard) hooks.emit("beforeTurn", { turn: turnOf(state) });
    const call = new ModelCall(this.#parts, this, { state, effect });
    this.#call = call;
    const request: ModelRequest = this.request(state);
    request.abortSignal = effect.signal;
    askModel({
      model: this.#modelFor(state).model,
      request,
      clock: deps.clock,
      timeouts: equipment.timeouts,
      stopping: effect,
      listener: call,
    });
  }

  /** What to record of a call that has come back. */
  outcomeOf(call: ModelCall, asked: Asked): readonly AgentCommand[] {
    // What one had said that was called off may have to be recorded with the end of its execution.
    if (asked.outcome !== "aborted") this.#call = undefined;
    return [this.#outcome(call, asked)];
  }

  #outcome({ state, callId }: ModelCall, asked: Asked): AgentCommand {
    const { hooks, reservations } = this.#parts;
    switch (asked.outcome) {
      case "aborted":
        return { type: "model.lose", callId, calledOff: true, supersededText: asked.supersededText };
      case "failed": {
        const { failure, supersededText } = asked;
        const usage = asked.usage === undefined ? undefined : this.#priced(state, asked.usage);
        const isFree = isTurnedAway(asked) && reservations.bind(state.record.id);
        const used = usage === undefined && !isFree ? {} : { usage: usage ?? NO_USAGE };
        return { type: "model.fail", callId, ...failure, supersededText, ...used };
      }
      case "answered": {
        const { answer, firstTokenMs, durationMs } = asked;
        const { message, finishReason } = answer;
        const usage = this.#priced(state, answer.usage);
        reservations.counted(state.record.id, this.#modelFor(state).model, answer.usage);
        if (hooks.areHeard) hooks.emit("afterTurn", { turn: turnOf(state), text: textOf(message) });
        return { type: "model.complete", callId, message, finishReason, usage, durationMs, firstTokenMs };
      }
    }
  }

  /** What the model is asked at this point. Past a limit it can only report, or answer. */
  request(state: AgentState): ModelRequest {
    const { definition, reservations, equipment } = this.#parts;
    const { told, toldLast, system } = equipment;
    const request: ModelRequest = { prompt: promptOf(system, state) };
    const maxOutputTokens =
      state.execution?.modelCall?.outputTokens ?? reservations.maxOutputTokens(state.record.id, definition);
    if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
    if (told.length === 0) return request;
    const isLast = (state.execution?.wrapUp ?? null) !== null;
    // Providers want to know the tools that the conversation speaks of, also where none may be called any more.
    request.tools = isLast && toldLast !== undefined ? toldLast : told;
    request.toolChoice = isLast && toldLast === undefined ? NO_CALLS : AUTO;
    return request;
  }

  #priced(state: AgentState, usage: Omit<Usage, "costUsd">): Usage {
    const { name } = this.#modelFor(state);
    const costUsd = this.#parts.deps.priceOf(name, isTold(usage) ? usage : SOME);
    // Of what nobody has counted it is not known what it cost, unless everything is free.
    return { ...usage, costUsd: isTold(usage) || costUsd === 0 ? costUsd : null };
  }

  /** A chain that is shorter now than it was when the execution turned to its end is asked at its end. */
  #modelFor({ execution }: AgentState): NamedModel {
    const { models } = this.#parts.equipment;
    return models[Math.min(execution?.modelIndex ?? 0, models.length - 1)] ?? models[0];
  }
}

const AUTO = { type: "auto" } as const;
const NO_CALLS = { type: "none" } as const;

/** A call of some size, to see whether its model is free. */
const SOME = { ...NO_USAGE, inputTokens: 1_000, outputTokens: 1_000, modelCalls: 1 };

/**
 * Whether the provider did nothing for the call, so that nothing of what is held for it is charged: it was not there, or
 * turned the call away at the door. Whatever it says after it has begun, it has worked, and thoughts cost as words do.
 */
function isTurnedAway({ failure, reached }: Extract<Asked, { readonly outcome: "failed" }>): boolean {
  const { code } = failure.error;
  if (reached === "nobody") return code === "model.unreachable";
  return reached === "no_answer" && (code === "model.rate_limited" || code === "model.auth");
}

/** The number of the turn that the execution is about to take, from 1. */
function turnOf({ record }: AgentState): number {
  return (record.execution?.turns ?? 0) + 1;
}
