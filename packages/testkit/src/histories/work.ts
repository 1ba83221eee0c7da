import {
  callId,
  dispositionOf,
  nextStep,
  pendingRequests,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type AssistantMessage,
  type DueNotice,
  type OpenProcess,
  type PendingRequest,
  type Step,
  type ToolCallState,
  type ToolEffect,
  type Usage,
} from "@colony/core";
import { HISTORY_TEXTS, type HistoryAction, type HistoryAnswer } from "./actions.ts";
import type { HistoryStreams } from "./streams.ts";

type Work = HistoryAction & { readonly do: "work" };

const EFFECTS: { readonly [tool: string]: ToolEffect } = {
  look: "pure",
  put: "idempotent",
  pay: "once",
  report: "pure",
};

/** What a runtime does next for an agent, to be done now or when something else has come between. */
export function planned(
  streams: HistoryStreams,
  id: AgentId,
  action: Omit<Work, "do" | "agent" | "steps">,
): () => void {
  const state = streams.state(id);
  if (state === undefined) return () => undefined;
  const disposition = dispositionOf(state);
  if (disposition.do === "queue")
    return () => streams.perform(id, [{ type: "execution.queue", correlationId: disposition.correlationId }]);
  const { execution } = state.record;
  const [process] = state.processes;
  // Processes may outlive the execution that they belong to.
  if (disposition.do === "nothing" && process !== undefined)
    return () => streams.perform(id, [exitCommand(process, action.pick)]);
  const [notice] = state.record.notices ?? [];
  if (disposition.do === "nothing" && notice !== undefined)
    return () => streams.perform(id, [toldCommand(notice, action.pick)]);
  const [request] = pendingRequests(state);
  if (request !== undefined && action.pick % 2 === 0)
    return () => streams.perform(id, [wordOn(request, action.pick)]);
  if (disposition.do === "nothing" || execution === null) return () => undefined;
  if (execution.status !== "running")
    return () => streams.perform(id, [{ type: "execution.start", host: "host-a" }]);
  // Some agents have a second model to fall back on.
  const step = nextStep(state, streams.now, { models: 1 + (state.record.id.length % 2) });
  if (step.do === "await_retry") streams.now = step.notBefore;
  const owner = { attempt: execution.attempt, executionId: execution.id };
  const commits = commandsFor(state, step, action);
  return () => {
    for (const commands of commits) streams.perform(id, commands, owner);
  };
}

/** Commits that carry a step out. */
function commandsFor(
  state: AgentState,
  step: Step,
  { answer, pick }: Omit<Work, "do" | "agent" | "steps">,
): readonly (readonly AgentCommand[])[] {
  switch (step.do) {
    case "nothing":
    case "await_retry":
      return [];
    case "lose_model_call":
      return [[{ type: "model.lose", callId: step.callId }]];
    case "switch_model":
      return [[{ type: "model.switch", from: "test/model", to: "test/other" }]];
    case "wrap_up":
      return [[{ type: "execution.wrap_up", limit: step.limit }]];
    case "end":
      return [[{ type: "execution.end", end: step.end, cause: step.cause, error: step.error }]];
    case "think": {
      const deliver: AgentCommand = { type: "input.deliver", inputIds: step.deliver };
      // Some calls have a budget to keep to, which has not always room for a whole answer.
      const reserved = { tokens: 100, usd: null, ...(pick % 4 === 3 ? { outputTokens: 5 } : {}) };
      const model = "test/model";
      const ask: AgentCommand = { type: "model.start", model, ...(pick % 4 === 0 ? {} : { reserved }) };
      // Half of the time the host dies between the two.
      return pick % 2 === 0 || step.deliver.length === 0 ? [[deliver, ask]] : [[deliver]];
    }
    case "await_others":
      return [[{ type: "execution.pause", reason: step.what }]];
    case "await_model":
      return [[answerCommand(state, step.callId, answer)]];
    case "run_tools":
      if (pick === 5 || pick === 7) return [askCommands(step.calls, pick)];
      return [pick === 6 ? withoutRoom(step.calls) : startCommands(step.calls)];
    case "await_tools": {
      const call = step.calls[pick % step.calls.length];
      if (call === undefined) return [];
      const settled = settleCommands(state, call, pick);
      if (pick % 4 === 3) {
        // A call that is run again comes to the same once more.
        const reached: AgentCommand = {
          type: "milestone.reach",
          callId: call.callId,
          ordinal: 1,
          text: "half",
        };
        return [[reached], [reached], settled];
      }
      if (pick % 4 !== 1) return [settled];
      const { callId: id } = call;
      const start: AgentCommand = {
        type: "process.start",
        callId: id,
        pid: 100 + pick,
        startToken: "t",
        command: "ls",
      };
      const [open] = state.processes;
      return open === undefined ? [[start]] : [[exitCommand(open, pick)], settled];
    }
  }
}

/** Calls that are asked about before they are run: for answers, or for a person's word. */
function askCommands(calls: readonly ToolCallState[], pick: number): readonly AgentCommand[] {
  return calls.map((call): AgentCommand => {
    const { callId: id, status, approvedBy } = call;
    if (status !== "requested" || approvedBy !== undefined)
      return { type: "tool.start", calls: [{ callId: id, effect: call.effect ?? "pure" }] };
    if (pick === 5) return { type: "approval.request", callId: id };
    const questions = [
      { id: "a", text: "Which?", options: ["red", "blue"], freeform: false, default: "red" },
      { id: "b", text: "Why?" },
    ];
    return { type: "question.ask", callId: id, questions, to: null, expiresInMs: 0 };
  });
}

/** What somebody says on a call that waits. Time alone may decide as well. */
function wordOn(request: PendingRequest, pick: number): AgentCommand {
  const { callId: id } = request;
  if (request.kind === "approval")
    return pick === 4
      ? { type: "approval.resolve", callId: id, decision: "denied", by: "user", reason: "no" }
      : {
          type: "approval.resolve",
          callId: id,
          decision: "approved",
          by: "user",
          reason: null,
          always: "worker",
        };
  if (pick === 2) return { type: "question.expire", callId: id };
  const answers: Record<string, string> = Object.hasOwn(request.answers, "a")
    ? { b: "so" }
    : { a: pick === 6 ? "green" : "2" };
  return { type: "question.answer", callId: id, answers, by: "user" };
}

function exitCommand({ processId }: OpenProcess, pick: number): AgentCommand {
  return { type: "process.exit", processId, code: null, signal: "SIGTERM", how: ENDS[pick % 4] ?? "exited" };
}

/** A notifier that fails now and then, and for good after three tries. */
function toldCommand({ id: notificationId, failures, notBefore }: DueNotice, pick: number): AgentCommand {
  const attempt = failures + 1;
  if (pick % 3 !== 1) return { type: "notification.sent", notificationId, attempt };
  const error = { code: "notification.failed", message: "nobody there" };
  const retryAt = attempt === 3 ? null : notBefore + 5_000;
  return { type: "notification.fail", notificationId, attempt, error, retryAt };
}

const ENDS = ["exited", "stopped", "killed", "found_dead"] as const;

/** A budget has room for the first call only. */
function withoutRoom(calls: readonly ToolCallState[]): readonly AgentCommand[] {
  const rest = calls.slice(1).map((call): AgentCommand => {
    const result = { status: "error", output: "a budget is spent" } as const;
    return { type: "tool.complete", callId: call.callId, result, durationMs: 0 };
  });
  const reason = "a budget is spent";
  return [
    ...startCommands(calls.slice(0, 1)),
    ...rest,
    { type: "execution.wrap_up", limit: "budget", reason },
  ];
}

function answerCommand(
  state: AgentState,
  id: ReturnType<typeof callId>,
  answer: HistoryAnswer,
): AgentCommand {
  if (answer.kind === "failure")
    return {
      type: "model.fail",
      callId: id,
      error: { code: "model.overloaded", message: "too much" },
      retryable: answer.retryable,
      retryAfterMs: answer.retryAfterMs,
    };
  return {
    type: "model.complete",
    callId: id,
    message: messageOf(answer),
    finishReason: finishOf(state, answer),
    usage: USAGE,
    durationMs: 5,
    firstTokenMs: null,
  };
}

function finishOf({ execution }: AgentState, { kind }: HistoryAnswer): "length" | "tool-calls" | "stop" {
  if (execution?.modelCall?.outputTokens !== undefined) return "length";
  return kind === "calls" ? "tool-calls" : "stop";
}

const USAGE: Usage = {
  inputTokens: 10,
  outputTokens: 5,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  costUsd: null,
  modelCalls: 1,
};

function messageOf(answer: Exclude<HistoryAnswer, { kind: "failure" }>): AssistantMessage {
  const text = { type: "text", text: HISTORY_TEXTS[answer.text % HISTORY_TEXTS.length] ?? "" } as const;
  if (answer.kind === "text") return { role: "assistant", parts: [text] };
  const calls = answer.calls.map(({ id, tool, input }) => ({
    type: "tool-call" as const,
    callId: callId(`call_${id}`),
    name: tool,
    input: { input },
  }));
  return { role: "assistant", parts: [text, ...calls] };
}

function startCommands(calls: readonly ToolCallState[]): readonly AgentCommand[] {
  const unheardOf: AgentCommand[] = [];
  const start: { callId: ToolCallState["callId"]; effect: ToolEffect }[] = [];
  for (const { callId: id, name, status, effect } of calls) {
    const declared = EFFECTS[name];
    if (status === "waiting")
      unheardOf.push({
        type: "tool.complete",
        callId: id,
        result: { status: "cancelled", output: "something goes before it" },
        durationMs: 0,
      });
    else if (declared === undefined)
      unheardOf.push({
        type: "tool.complete",
        callId: id,
        result: { status: "error", output: "no such tool" },
        durationMs: 0,
      });
    else if (status === "interrupted" && effect === "once")
      unheardOf.push({
        type: "tool.unknown",
        callId: id,
        result: { status: "unknown", output: "nobody knows" },
      });
    else start.push({ callId: id, effect: declared });
  }
  return start.length === 0 ? unheardOf : [...unheardOf, { type: "tool.start", calls: start }];
}

function settleCommands(
  state: AgentState,
  { callId: id, name }: ToolCallState,
  pick: number,
): readonly AgentCommand[] {
  const complete: AgentCommand = {
    type: "tool.complete",
    callId: id,
    result: pick % 3 === 0 ? { status: "error", output: "it broke" } : { status: "ok", output: { ok: pick } },
    durationMs: 1,
  };
  if (name === "put" && pick % 3 === 0) {
    const why = { code: "spawn.too_deep", message: "too deep", definition: null, workers: 2 };
    return [{ type: "spawn.refuse", callId: id, ...why, task: "x".repeat(300) }, complete];
  }
  if (name !== "report" || state.record.kind === "overseer") return [complete];
  const summary = HISTORY_TEXTS[pick % HISTORY_TEXTS.length] ?? "";
  return [{ type: "report.record", status: "success", summary, data: { pick }, artifacts: [] }, complete];
}
