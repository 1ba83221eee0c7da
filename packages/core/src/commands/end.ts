import type { EventData, EventType } from "../events/catalogue.ts";
import type { NewEvent } from "../events/envelope.ts";
import type { ExecutionEnd } from "../events/execution.ts";
import { STOPPED_WORDS } from "../messages/stopped.ts";
import { NO_USAGE } from "../messages/usage.ts";
import { activeMs } from "../plan/active-time.ts";
import { openCalls } from "../plan/open-calls.ts";
import { reportOf } from "../policies/report.ts";
import type { AgentState } from "../state/agent-state.ts";
import { lastAnswer } from "../views/last-answer.ts";
import type { AgentCommands } from "./command.ts";
import type { DecisionContext } from "./decision.ts";
import { within } from "./within.ts";

const END_EVENTS = {
  completed: "EXECUTION_COMPLETED",
  failed: "EXECUTION_FAILED",
  cancelled: "EXECUTION_CANCELLED",
  timed_out: "EXECUTION_TIMED_OUT",
  lost: "EXECUTION_LOST",
} as const satisfies Record<ExecutionEnd, EventType>;

/**
 * The one commit in which an execution ends: what became of its open calls, the end, for a worker the report, and for
 * an ephemeral one, or one that was stopped, its close together with what it was never given. One that was closed keeps that.
 */
export function endEvents(
  state: AgentState,
  {
    end,
    cause,
    error,
    supersededText,
    close,
    keepsInbox,
  }: AgentCommands["execution.end"] & {
    readonly close?: true | undefined;
    readonly keepsInbox?: true | undefined;
  },
  context: DecisionContext,
): readonly NewEvent[] {
  const { record, execution, inbox } = state;
  const summary = record.execution;
  const data: EventData<"EXECUTION_COMPLETED"> = {
    cause,
    output: execution?.report?.summary ?? lastAnswer(state),
    error,
    // A lost one has had no host since it last got anything done.
    activeMs: activeMs(state, end === "lost" ? (execution?.lastStepAt ?? 0) : context.at),
    usage: summary?.usage ?? NO_USAGE,
    turns: summary?.turns ?? 0,
    toolCalls: summary?.toolCalls ?? 0,
  };
  const events: NewEvent[] = [
    ...abandonedModelCall(state, supersededText),
    ...abandonedCalls(state),
    ...stopped(state, { end, cause, close }),
    within(state, END_EVENTS[end], data),
  ];
  if (record.kind === "overseer") return events;
  events.push(within(state, "SUBAGENT_REPORT", reportOf(state, { end, ...data }, context.colonyId)));
  const isLast = record.lifetime === "ephemeral" || close === true || execution?.cancel?.close === true;
  if (!isLast) return events;
  const isKept = keepsInbox === true || execution?.cancel?.keepsInbox === true;
  if (isKept && record.lifetime === "persistent") {
    events.push(within(state, "AGENT_CLOSED", { cause, keepsInbox: true }));
    return events;
  }
  for (const { inputId } of inbox)
    events.push(
      within(state, "INPUT_DISCARDED", {
        inputId,
        reason: `the worker's execution had ended (${end}) before it was given this`,
      }),
    );
  events.push(within(state, "AGENT_CLOSED", { cause }));
  return events;
}

/** What a person has stopped is not to begin again with the next thing that is said. */
function stopped(
  state: AgentState,
  {
    end,
    cause,
    close,
  }: Pick<AgentCommands["execution.end"], "end" | "cause"> & { readonly close?: true | undefined },
): readonly NewEvent[] {
  const { record, execution, conversation } = state;
  if (end !== "cancelled" || cause !== "user" || execution === null) return [];
  const goesOn = record.lifetime === "persistent" && close !== true && execution.cancel?.close !== true;
  if (!goesOn || conversation.length <= execution.startsAt) return [];
  return [
    within(state, "MESSAGE_APPENDED", { message: { role: "user", origin: "system", text: STOPPED_WORDS } }),
  ];
}

/** A model call that nobody waits for any more: what it may have cost stays charged. */
function abandonedModelCall(state: AgentState, supersededText = ""): readonly NewEvent[] {
  const callId = state.execution?.modelCall?.callId;
  if (callId === undefined) return [];
  const error = { code: "execution.ended", message: "the execution ended while the model was answering" };
  const superseded = supersededText === "" ? {} : { supersededText };
  const data = { callId, error, retryable: false, ...superseded, lost: true } as const;
  return [within(state, "MODEL_CALL_FAILED", data)];
}

/** Calls that have no outcome get one: a `once` call that had begun may have taken effect, and is said to be unknown. */
function abandonedCalls(state: AgentState): readonly NewEvent[] {
  return openCalls(state).map((call): NewEvent => {
    const { callId, name } = call;
    if (call.status !== "requested" && call.status !== "waiting" && call.effect === "once") {
      const output = "The call had begun when the execution ended; whether it took effect is not known.";
      return within(state, "TOOL_OUTCOME_UNKNOWN", { callId, name, result: { status: "unknown", output } });
    }
    const output =
      call.status === "requested" || call.status === "waiting"
        ? "The call was not made: the execution ended first."
        : "The call was called off: the execution ended.";
    return within(state, "TOOL_CALL_COMPLETED", {
      callId,
      name,
      result: { status: "cancelled", output },
      durationMs: 0,
    });
  });
}
