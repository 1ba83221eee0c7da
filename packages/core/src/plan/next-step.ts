import type { ExecutionCause, ExecutionEnd, Failure, WrapUpLimit } from "../events/execution.ts";
import type { CallId, InputId } from "../ids.ts";
import { textOf } from "../messages/message.ts";
import { LONGEST_MODEL_WAIT_MS, LONGEST_WAIT_WITH_ANOTHER_MS, modelTries } from "../policies/retry.ts";
import { MAX_CRASHES, MAX_CRASHES_IN_COMPANY, MAX_REPEATS, WRAP_UP_TURNS } from "../policies/limits.ts";
import type { AgentState, ExecutionState, ToolCallState } from "../state/agent-state.ts";
import { activeMs } from "./active-time.ts";
import { atItsStart, deliverable } from "./deliverable.ts";
import { inVain } from "./in-vain.ts";
import { callsWith, openCalls } from "./open-calls.ts";
import { waitsForPeople } from "./parked.ts";

/** What an execution does next. Everything here follows from the recorded events and the time, and from nothing else. */
export type Step =
  /** There is nothing to run. */
  | { readonly do: "nothing" }
  /** A model call was under way when its host died; it failed. */
  | { readonly do: "lose_model_call"; readonly callId: CallId }
  | { readonly do: "run_tools"; readonly calls: readonly ToolCallState[] }
  /** Waits for tools that were started in this attempt. */
  | { readonly do: "await_tools"; readonly calls: readonly ToolCallState[] }
  | { readonly do: "await_model"; readonly callId: CallId }
  | { readonly do: "await_retry"; readonly notBefore: number }
  /** People have to say something first, or workers of its own to report; nothing is under way meanwhile. */
  | { readonly do: "await_others"; readonly what: "input_required" | "awaiting_reports" }
  /** The model has failed for good, and there is another one to ask. */
  | { readonly do: "switch_model" }
  | { readonly do: "wrap_up"; readonly limit: Exclude<WrapUpLimit, "budget"> }
  | { readonly do: "think"; readonly deliver: readonly InputId[]; readonly toReport: boolean }
  | {
      readonly do: "end";
      readonly end: ExecutionEnd;
      readonly cause: ExecutionCause;
      readonly error: Failure | null;
    };

/** What else there is to know. */
export interface StepContext {
  /** How many models its definition has to fall back on, the first one included; default 1. */
  readonly models?: number;
  /** How many workers of its own have an execution that has not ended; default 0. */
  readonly workersAtWork?: number;
}

const ALONE: StepContext = {};

/**
 * Decides what comes next for an agent's newest execution. The loop does it, records what came of it, and asks again;
 * a restarted process asks the same question of the same events and so goes on where the last one stopped.
 */
export function nextStep(state: AgentState, now: number, context = ALONE): Step {
  const { execution, record } = state;
  const summary = record.execution;
  if (execution === null || summary?.status !== "running") return { do: "nothing" };
  return (
    cancelled(state) ??
    afterAnAnswer(state, context) ??
    unrecoverable(state) ??
    brokenOff(state, now) ??
    unfinishedCalls(state) ??
    afterAFailure(state, now, context) ??
    beforeThinking(state, now)
  );
}

/** A cancel comes before everything, a finished answer included. */
function cancelled({ execution }: AgentState): Step | undefined {
  if (execution === null || execution.cancel === null) return undefined;
  const { cause, reason } = execution.cancel;
  const error = reason === null ? null : { code: "execution.cancelled", message: reason };
  return ended("cancelled", cause, error);
}

/** What was under way has killed its host each time: it is not tried for ever, and nobody else pays for it. */
function unrecoverable(state: AgentState): Step | undefined {
  const { execution } = state;
  if (execution === null) return undefined;
  for (const kind of ["model", "tools"] as const) {
    const crashes = execution.crashes[kind];
    if (crashes < (execution.crashes.alone === kind ? MAX_CRASHES : MAX_CRASHES_IN_COMPANY)) continue;
    return ended("failed", "unrecoverable", {
      code: "execution.failed",
      message: `the host died ${crashes} times in the middle of the same work (${workOf(state, kind)}); it is not tried again`,
    });
  }
  return undefined;
}

/** What was under way, by name. */
function workOf(state: AgentState, kind: "model" | "tools"): string {
  const names = openCalls(state).map(({ name }) => name);
  return kind === "tools" && names.length > 0 ? names.join(", ") : "a model call";
}

/** Ends that do not wait for what is under way: an input that interrupts, the time. */
function brokenOff(state: AgentState, now: number): Step | undefined {
  const { record, inbox, limits, execution } = state;
  const interrupted = inbox.some(({ mode }) => mode === "interrupt");
  if (interrupted && record.lifetime === "persistent" && !atItsStart(state))
    return ended("cancelled", "superseded", null);
  if (activeMs(state, now) >= limits.hardWallMs)
    return ended("timed_out", "timeout", {
      code: "execution.failed",
      message: `the execution was at work for its ${Math.round(limits.hardWallMs / 1000)} seconds${inVain(execution)}`,
    });
  return undefined;
}

/** What was begun and has no outcome. */
function unfinishedCalls(state: AgentState): Step | undefined {
  const { execution } = state;
  const modelCall = execution?.modelCall ?? null;
  if (modelCall !== null) {
    const { callId, lost } = modelCall;
    return lost ? { do: "lose_model_call", callId } : { do: "await_model", callId };
  }
  const calls = openCalls(state);
  if (calls.length === 0) return undefined;
  const repeated = calls.find(({ repeats }) => repeats >= MAX_REPEATS);
  if (repeated !== undefined)
    return ended("failed", "repeated_calls", {
      code: "execution.failed",
      message: `the model asked for the same call of "${repeated.name}" ${repeated.repeats} times running`,
    });
  const interrupted = state.inbox.some(({ mode }) => mode === "interrupt");
  const startable = callsWith(calls, interrupted ? hasNotStarted : isStartable);
  if (startable.length > 0) return { do: "run_tools", calls: startable };
  return waitsForPeople(state)
    ? { do: "await_others", what: "input_required" }
    : { do: "await_tools", calls };
}

/** What comes in before everything else is not kept waiting for people. */
function hasNotStarted({ status }: ToolCallState): boolean {
  return status !== "started";
}

function isStartable({ status }: ToolCallState): boolean {
  return status !== "started" && status !== "waiting";
}

/**
 * A turn that has reported, or an answer without calls, is the end, unless something has come in meanwhile that is to
 * steer the agent. Neither the time nor an input that interrupts takes a finished answer away.
 */
function afterAnAnswer(state: AgentState, { workersAtWork = 0 }: StepContext): Step | undefined {
  const { execution, conversation, record } = state;
  const last = conversation.at(-1);
  if (execution === null || execution.modelCall !== null || last?.role !== "assistant") return undefined;
  if (conversation.length <= execution.startsAt || openCalls(state).length > 0) return undefined;
  const reported = execution.reportedAtTurn === record.execution?.turns;
  if (!reported && last.calls.length > 0) return undefined;
  const waiting = deliverable(state);
  if (waiting.some(({ mode }) => record.lifetime === "ephemeral" || mode !== "interrupt")) return undefined;
  // Its report would be its last word, and theirs would reach nobody.
  if (workersAtWork > 0 && record.lifetime === "ephemeral")
    return { do: "await_others", what: "awaiting_reports" };
  if (execution.report !== null) return ended("completed", "finished", null);
  if (execution.wrapUp !== null) return ended("failed", "budget_exhausted", exhausted(execution));
  const cutAtTokens = execution.cutAtTokens ?? null;
  if (cutAtTokens !== null) return ended("failed", "budget_exhausted", cutOff(cutAtTokens));
  return textOf(last).trim() === ""
    ? ended("failed", "empty_response", EMPTY)
    : ended("completed", "finished", null);
}

/** The last model call failed: wait and try again, ask another model, or give up. */
function afterAFailure(state: AgentState, now: number, { models = 1 }: StepContext): Step | undefined {
  const { execution, limits } = state;
  if (execution === null || execution.lastFailure === null) return undefined;
  const { error, retryable } = execution.lastFailure;
  const notBefore = execution.retryNotBefore ?? 0;
  // More than any wait is what the clock is behind the one of an earlier host: it waited for nobody.
  const waitMs = notBefore - now > LONGEST_MODEL_WAIT_MS ? 0 : notBefore - now;
  const isTooLate = waitMs >= limits.hardWallMs - activeMs(state, now);
  const givenUp = !retryable || execution.failures >= modelTries(error.code) || isTooLate;
  const hasAnother = execution.modelIndex + 1 < models;
  if (hasAnother && (givenUp || isTooLong(state, now, waitMs))) return { do: "switch_model" };
  if (givenUp)
    return ended("failed", error.code === "model.empty_response" ? "empty_response" : "error", {
      ...error,
      message: isTooLate ? `${error.message}${afterItsTime(waitMs)}` : error.message,
    });
  return waitMs > 0 ? { do: "await_retry", notBefore } : undefined;
}

/** Whether a wait is not worth it where another model can be asked now: it is long, or leaves no time for work. */
function isTooLong(state: AgentState, now: number, waitMs: number): boolean {
  const msToWork = state.limits.softWallMs - activeMs(state, now);
  return waitMs > LONGEST_WAIT_WITH_ANOTHER_MS || (msToWork > 0 && waitMs >= msToWork);
}

function afterItsTime(ms: number): string {
  return `; it could be tried again in ${Math.ceil(ms / 1000)} seconds, when the time of the execution will be over`;
}

/** The limits are looked at before each model call; past one, the agent gets a turn or two to report. */
function beforeThinking(state: AgentState, now: number): Step {
  const { execution, limits, record } = state;
  const turns = record.execution?.turns ?? 0;
  if (execution === null) return { do: "nothing" };
  if (execution.wrapUp !== null) {
    if (turns - execution.wrapUpAtTurn >= WRAP_UP_TURNS)
      return ended("failed", "budget_exhausted", exhausted(execution));
  } else {
    if (turns >= limits.iterations) return { do: "wrap_up", limit: "iterations" };
    const { toolCalls = 0 } = record.execution ?? {};
    // An agent that may make no calls at all has not used them up before it asked for one.
    if (toolCalls > 0 && toolCalls >= limits.toolCalls) return { do: "wrap_up", limit: "tool_calls" };
    if (activeMs(state, now) >= limits.softWallMs) return { do: "wrap_up", limit: "wall" };
  }
  const deliver = deliverable(state).map(({ inputId }) => inputId);
  return { do: "think", deliver, toReport: execution.wrapUp !== null };
}

function ended(end: ExecutionEnd, cause: ExecutionCause, error: Failure | null): Step {
  return { do: "end", end, cause, error };
}

const EMPTY: Failure = { code: "model.empty_response", message: "the model answered with nothing" };

const LIMIT_WORDS = {
  iterations: "model calls",
  tool_calls: "tool calls",
  wall: "time",
} as const satisfies Record<Exclude<WrapUpLimit, "budget">, string>;

function exhausted({ wrapUp, wrapUpReason }: ExecutionState): Failure {
  if (wrapUp === null || wrapUp === "budget")
    return { code: "budget.exhausted", message: wrapUpReason ?? "a budget that it needed is spent" };
  return { code: "execution.failed", message: `the execution used up its ${LIMIT_WORDS[wrapUp]}` };
}

/** What an answer that is no whole one comes to. */
function cutOff(tokens: number): Failure {
  return {
    code: "budget.exhausted",
    message: `the budget had room for ${tokens} tokens of the last answer, which was cut off there`,
  };
}
