import type { Draft } from "immer";
import type { ExecutionEnd } from "../events/execution.ts";
import { executionIdOf, type CorrelationId } from "../ids.ts";
import { NO_USAGE, addUsage } from "../messages/usage.ts";
import type { AgentState, ExecutionState } from "./agent-state.ts";
import type { FactOf } from "./fact.ts";
import type { AgentHandlers } from "./handlers.ts";

type EndType =
  | "EXECUTION_COMPLETED"
  | "EXECUTION_FAILED"
  | "EXECUTION_CANCELLED"
  | "EXECUTION_TIMED_OUT"
  | "EXECUTION_LOST";

/** From the queue to the one end. */
export const executionHandlers = {
  EXECUTION_QUEUED(draft, { data, at, executionId, correlationId }) {
    const { record } = draft;
    record.executions = data.number;
    record.execution = {
      id: executionId ?? executionIdOf(record.id, data.number),
      number: data.number,
      status: "queued",
      phase: "starting",
      attempt: 0,
      queuedAt: at,
      startedAt: null,
      endedAt: null,
      cause: null,
      cancelling: false,
      turns: 0,
      toolCalls: 0,
      usage: NO_USAGE,
      correlationId: correlationId ?? null,
      doing: null,
    };
    draft.execution = {
      host: null,
      attemptStartedAt: null,
      earlierMs: 0,
      lastStepAt: at,
      paused: false,
      crashes: { model: 0, tools: 0 },
      startsAt: draft.conversation.length,
      serves: taskCorrelation(draft, data.number, correlationId),
      modelCall: null,
      modelCalls: 0,
      modelIndex: 0,
      failures: 0,
      lastFailure: null,
      retryNotBefore: null,
      wrapUp: null,
      wrapUpAtTurn: 0,
      cancel: null,
      report: null,
      reportedAtTurn: null,
      output: null,
      error: null,
    };
  },
  EXECUTION_STARTED(draft, { data, at }) {
    const { execution } = draft;
    const summary = draft.record.execution;
    if (execution === null || summary === null) return;
    if (execution.attemptStartedAt !== null)
      execution.earlierMs += Math.max(0, execution.lastStepAt - execution.attemptStartedAt);
    if (summary.status === "input_required") summary.phase = "starting";
    summary.status = "running";
    summary.attempt = data.attempt;
    summary.startedAt ??= at;
    summary.doing = null;
    execution.host = data.host;
    execution.attemptStartedAt = at;
    execution.lastStepAt = at;
    const blame = !execution.paused;
    execution.paused = false;
    if (execution.modelCall !== null) {
      execution.modelCall = { ...execution.modelCall, lost: true };
      if (blame) execution.crashes = charged(execution.crashes, "model", data.alone) as Draft<Crashes>;
    }
    const names = interruptCalls(draft, execution.startsAt);
    if (names.length > 0 && blame)
      execution.crashes = chargedTools(execution.crashes, { names, alone: data.alone }) as Draft<Crashes>;
  },
  EXECUTION_PAUSED(draft, { data: { reason }, at }) {
    if (draft.execution === null) return;
    draft.execution.paused = true;
    draft.execution.lastStepAt = at;
    const summary = draft.record.execution;
    if (summary === null || reason === "shutdown") return;
    summary.status = "input_required";
    summary.phase = reason === "input_required" ? "awaiting_answers" : reason;
    summary.doing = null;
  },
  EXECUTION_HELD_UP({ execution }, { data: { ms, until } }) {
    if (execution === null || execution.attemptStartedAt === null) return;
    execution.attemptStartedAt += ms;
    // It had no chance to get anything done, and has every chance from now on.
    if (ms > 0) execution.lastStepAt = Math.max(execution.lastStepAt, until);
    else {
      // By a clock that was set back everything was earlier.
      execution.lastStepAt += ms;
      if (execution.retryNotBefore !== null) execution.retryNotBefore += ms;
    }
  },
  EXECUTION_WRAP_UP_REQUESTED(draft, { data }) {
    if (draft.execution === null) return;
    draft.execution.wrapUp = data.limit;
    if (data.reason !== undefined) draft.execution.wrapUpReason = data.reason;
    draft.execution.wrapUpAtTurn = draft.record.execution?.turns ?? 0;
  },
  CANCEL_REQUESTED(draft, { data }) {
    const { letterId: _letterId, ...cancel } = data;
    if (draft.execution !== null) draft.execution.cancel = cancel;
    if (draft.record.execution !== null) draft.record.execution.cancelling = true;
  },
  EXECUTION_COMPLETED: (draft, fact) => end(draft, fact, "completed"),
  EXECUTION_FAILED: (draft, fact) => end(draft, fact, "failed"),
  EXECUTION_CANCELLED: (draft, fact) => end(draft, fact, "cancelled"),
  EXECUTION_TIMED_OUT: (draft, fact) => end(draft, fact, "timed_out"),
  EXECUTION_LOST: (draft, fact) => end(draft, fact, "lost"),
} satisfies Partial<AgentHandlers>;

type Crashes = ExecutionState["crashes"];

/** Says of calls that had begun that they were cut off. The names of all that were under way, each once. */
function interruptCalls({ conversation }: Draft<AgentState>, startsAt: number): readonly string[] {
  const names: string[] = [];
  for (let index = startsAt; index < conversation.length; index += 1) {
    const entry = conversation[index];
    if (entry?.role !== "assistant") continue;
    // One that had not begun was being checked, or asked about: that is work under way as well.
    if (entry.calls.every(({ status }) => status === "done")) continue;
    for (const { status, name } of entry.calls)
      if (status !== "done" && status !== "waiting" && !names.includes(name)) names.push(name);
    const calls = entry.calls.map((call) =>
      call.status === "started" ? { ...call, status: "interrupted" as const } : call,
    );
    conversation[index] = { ...entry, calls };
  }
  return names;
}

function charged(crashes: Crashes, kind: "model" | "tools", alone: true | undefined): Crashes {
  return { ...crashes, [kind]: crashes[kind] + 1, alone: alone === true ? kind : null };
}

/** Deaths are in the same work where the same tool was called: one that begins with other calls begins to count anew. */
function chargedTools(
  crashes: Crashes,
  { names, alone }: { readonly names: readonly string[]; readonly alone: true | undefined },
): Crashes {
  const { of = names } = crashes;
  const isSame = of.some((name) => names.includes(name));
  const earlier = isSame ? crashes : { ...crashes, tools: 0 };
  const common = isSame ? of.filter((name) => names.includes(name)) : names;
  return { ...charged(earlier, "tools", alone), of: common };
}

/** The first execution of a worker serves whoever gave it its task; every other one serves the inputs it is given. */
function taskCorrelation(
  { record }: { readonly record: { readonly task: string | null } },
  number: number,
  correlationId: CorrelationId | undefined,
): CorrelationId[] {
  return record.task === null || number > 1 || correlationId === undefined ? [] : [correlationId];
}

function end(draft: Draft<AgentState>, { data, at }: FactOf<EndType>, status: ExecutionEnd): void {
  const { execution, record } = draft;
  const summary = record.execution;
  if (execution === null || summary === null) return;
  summary.status = status;
  summary.cause = data.cause;
  summary.endedAt = at;
  summary.cancelling = false;
  summary.doing = null;
  // The same as what has been counted, and all that is left of it once the history is pruned.
  summary.turns = data.turns;
  summary.toolCalls = data.toolCalls;
  summary.usage = data.usage;
  execution.modelCall = null;
  execution.retryNotBefore = null;
  execution.output = data.output;
  if (status === "completed" && data.output !== null) draft.lastOutput = data.output;
  draft.lastEnd = { status, cause: data.cause, at };
  execution.error = data.error;
  record.usage = addUsage(record.usage, data.usage);
  record.toolCalls += data.toolCalls;
}
