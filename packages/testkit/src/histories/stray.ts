import {
  EventId,
  callId,
  executionIdOf,
  inputId,
  NO_USAGE,
  ProcessId,
  type AgentCommand,
  type AgentState,
  type CallId,
  type DecisionContext,
} from "@colony/core";
import type { HistoryAction } from "./actions.ts";
import type { HistoryStreams } from "./streams.ts";

type Stray = HistoryAction & { readonly do: "stray" };

/** A command that comes out of place, and as whom. */
export function strayCommand(
  streams: HistoryStreams,
  action: Stray,
  index: number,
): { readonly command: AgentCommand; readonly owner: Pick<DecisionContext, "attempt" | "executionId"> } {
  const state = streams.state(streams.agent(action.agent));
  return { command: commandOf(state, action, index), owner: ownerOf(state, action) };
}

function ownerOf(
  state: AgentState | undefined,
  { as }: Stray,
): Pick<DecisionContext, "attempt" | "executionId"> {
  const execution = state?.record.execution ?? null;
  if (as === "anybody" || state === undefined || execution === null) return {};
  const { id, attempt, number } = execution;
  if (as === "owner") return { attempt, executionId: id };
  if (as === "stale attempt") return { attempt: attempt - 1, executionId: id };
  return { attempt, executionId: executionIdOf(state.record.id, number + 1) };
}

function commandOf(state: AgentState | undefined, { command, pick }: Stray, index: number): AgentCommand {
  const tool = anyCall(state, pick);
  const model = state?.execution?.modelCall?.callId ?? callId("no-such-call");
  switch (command) {
    case "agent.spawn":
      return { type: command, data: spawnData(state) };
    case "agent.close":
      return { type: command, cause: "closed" };
    case "input.receive":
      return {
        type: command,
        inputId: inputId(`stray-${index}`),
        kind: "chat",
        mode: "queue",
        from: "user",
        text: " ",
      };
    case "input.deliver":
    case "input.take": {
      const waiting = state?.inbox.map((input) => input.inputId) ?? [];
      const one = waiting[pick % Math.max(1, waiting.length)] ?? inputId("no-such-input");
      return { type: command, inputIds: pick % 2 === 0 ? [one, one] : waiting };
    }
    case "input.discard": {
      const waiting = state?.inbox.map((input) => input.inputId) ?? [];
      const id = waiting[pick % Math.max(1, waiting.length)] ?? inputId("no-such-input");
      return { type: command, inputId: id, reason: "taken back" };
    }
    case "execution.queue":
      return { type: command, correlationId: null };
    case "execution.start":
      return { type: command, host: "stray-host" };
    case "execution.hold_up":
      return { type: command, ms: pick * 1_000, until: pick * 1_000 };
    case "execution.wrap_up":
      return { type: command, limit: "wall" };
    case "execution.end":
      return { type: command, end: "completed", cause: "finished", error: null, supersededText: "half an" };
    case "model.start":
      return { type: command, model: "test/stray" };
    case "model.complete":
      return {
        type: command,
        callId: pick % 2 === 0 ? model : callId("no-such-call"),
        message: { role: "assistant", parts: [{ type: "reasoning", text: "hm" }] },
        finishReason: "stop",
        usage: NO_USAGE,
        durationMs: 1,
        firstTokenMs: 1,
      };
    case "model.fail":
      return {
        type: command,
        callId: model,
        error: { code: "model.empty_response", message: "nothing" },
        retryable: pick % 2 === 0,
        supersededText: "half an ans",
        usage: NO_USAGE,
      };
    case "model.switch":
      return { type: command, from: "test/stray", to: "test/other" };
    case "model.lose":
      return { type: command, callId: model };
    case "tool.start":
      return {
        type: command,
        calls: repeated({ callId: tool, effect: pick % 2 === 0 ? "pure" : "once" }, pick),
      };
    case "tool.complete":
      return { type: command, callId: tool, result: { status: "ok", output: null }, durationMs: 0 };
    case "tool.unknown":
      return { type: command, callId: tool, result: { status: "unknown", output: "?" } };
    case "milestone.reach":
      return { type: command, callId: tool, ordinal: pick, text: pick % 3 === 1 ? " " : `at ${pick}` };
    case "spawn.refuse": {
      const why = { code: "spawn.refused", message: "no", definition: "coder", task: "t", workers: 1 };
      return { type: command, callId: tool, ...why };
    }
    case "process.start":
      return {
        type: command,
        callId: tool,
        pid: 4_000 + index,
        startToken: `stray-${index}`,
        command: "sleep 1",
      };
    case "process.exit": {
      const open = state?.processes.map(({ processId }) => processId) ?? [];
      const processId = open[pick % Math.max(1, open.length)] ?? ProcessId.parse("no-such-process");
      return { type: command, processId, code: 0, signal: null, how: "exited" };
    }
    case "notification.sent":
    case "notification.fail": {
      const notificationId = state?.record.notices?.at(-1)?.id ?? EventId.parse("no-such-report");
      const notice = { notificationId, attempt: 1 };
      if (command === "notification.sent") return { type: command, ...notice };
      const error = { code: "notification.failed", message: "nobody there" };
      return { type: command, ...notice, error, retryAt: pick % 2 === 0 ? null : 9_000 };
    }
    case "report.record":
      return { type: command, status: "partial", summary: "stray", data: null, artifacts: [{ path: "a" }] };
  }
}

/** Any call of the whole conversation, done or not. */
function anyCall(state: AgentState | undefined, pick: number): CallId {
  const calls = state?.conversation.flatMap((entry) => (entry.role === "assistant" ? entry.calls : [])) ?? [];
  return calls[calls.length - 1 - (pick % Math.max(1, calls.length))]?.callId ?? callId("no-such-call");
}

function repeated<Value>(value: Value, pick: number): readonly Value[] {
  return pick % 3 === 0 ? [value, value] : [value];
}

function spawnData(state: AgentState | undefined): (AgentCommand & { readonly type: "agent.spawn" })["data"] {
  return {
    kind: "worker",
    lifetime: "ephemeral",
    parentId: state?.record.parentId ?? null,
    depth: 1,
    definitionId: "other",
    name: null,
    label: null,
    task: "another task",
    batch: null,
    priority: 1,
    limits: { iterations: 1, toolCalls: 0, softWallMs: 1_000, hardWallMs: 2_000, parallelTools: 1 },
    reportSchema: null,
  };
}
