import {
  textOf,
  type AgentId,
  type EventData,
  type EventType,
  type JsonValue,
  type ProcessEnd,
} from "@colony/core";
import { agentName } from "./agent-words.ts";
import { budgetWords } from "./budget-words.ts";
import { cost, duration, moment, tokens, tokensOf } from "./units.ts";
import { counted, onOneLine, spaced } from "./words.ts";

type Words = { readonly [Type in EventType]: (data: EventData<Type>) => string };
type End = EventData<"EXECUTION_COMPLETED">;

const PROCESS_ENDS: Readonly<Record<ProcessEnd, string>> = {
  exited: "by itself",
  stopped: "ended when asked to",
  killed: "ended by force",
  found_dead: "gone when it was looked for",
};

/** The few words of each event that matter to somebody who reads the log for the first time. */
export const EVENT_WORDS: Words = {
  COLONY_OPENED: ({ host, release }) => `by process ${host.pid}, release ${release}`,
  COLONY_CLOSED: () => "in good order",
  DISPATCH_BLOCKED: ({ owner, reason }) => `by ${owner}: ${reason}`,
  DISPATCH_UNBLOCKED: ({ owner }) => `by ${owner}`,
  BUDGET_SET: ({ budget }) => budgetWords(budget),
  STORAGE_FAILED: ({ message, since, refused }) =>
    `from ${moment(since)} on ${counted(refused, "append")} could not be stored: ${message}`,
  LETTER_REFUSED: ({ message }) => `what another process had asked for: ${message}`,
  AGENT_SPAWNED: ({ kind, definitionId, name, label, task, batch }) => {
    if (kind === "overseer") return "the overseer";
    const who = agentName({ id: definitionId as AgentId, name, label });
    const place = batch === null ? "" : ` (${batch.index + 1} of ${batch.size})`;
    return `${who}${place}: ${task ?? "no task"}`;
  },
  AGENT_SEEDED: ({ source, messages, problems }) =>
    `${counted(messages.length, "message")} from ${source}${problems.length === 0 ? "" : `, ${counted(problems.length, "problem")}`}`,
  AGENT_OPENED: () => "",
  AGENT_CLOSED: ({ cause }) => spaced(cause),
  EXECUTION_QUEUED: ({ number }) => (number === 1 ? "" : `execution ${number}`),
  EXECUTION_STARTED: ({ attempt, alone }) => {
    if (attempt === 1) return "";
    const how = alone === true ? "; nothing else was under way then" : "";
    return `attempt ${attempt}, going on where the one before was cut off${how}`;
  },
  EXECUTION_PAUSED: ({ reason, leaving }) =>
    leaving === true
      ? `${spaced(reason)} asked for; what is under way may finish`
      : `${spaced(reason)}; it goes on when the colony is opened again`,
  EXECUTION_HELD_UP: ({ ms }) => `${duration(ms)} in which the machine slept or the process was stopped`,
  EXECUTION_WRAP_UP_REQUESTED: ({ limit, reason }) => `limit reached: ${reason ?? spaced(limit)}`,
  CANCEL_REQUESTED: ({ by, cause, reason }) => `by ${by}: ${reason ?? spaced(cause)}`,
  EXECUTION_COMPLETED: (data) => endWords(data),
  EXECUTION_FAILED: (data) => endWords(data),
  EXECUTION_CANCELLED: (data) => endWords(data),
  EXECUTION_TIMED_OUT: (data) => endWords(data),
  EXECUTION_LOST: (data) => endWords(data),
  INPUT_RECEIVED: ({ kind, from, mode, text }) => `${kind} from ${from} (${mode}): ${text}`,
  INPUT_DELIVERED: ({ inputIds }) => counted(inputIds.length, "input"),
  INPUT_DISCARDED: ({ reason }) => reason,
  MESSAGE_APPENDED: ({ message }) => {
    if (message.role === "user") return `told (${message.origin}): ${message.text}`;
    const calls = message.parts.flatMap((part) => (part.type === "tool-call" ? [part.name] : []));
    const text = textOf(message).trim();
    const asks = calls.length === 0 ? "" : `calls ${calls.join(", ")}`;
    return [text === "" ? "" : `says: ${text}`, asks].filter((part) => part !== "").join(" | ");
  },
  MODEL_CALL_STARTED: ({ model }) => model,
  MODEL_CALL_COMPLETED: ({ finishReason, usage, durationMs }) =>
    `${spaced(finishReason)}, ${tokens(tokensOf(usage))} tokens, ${cost(usage.costUsd)}, ${duration(durationMs)}`,
  MODEL_CALL_FAILED: ({ error, retryable, lost, supersededText }) => {
    const what =
      lost === true ? error.message : `${error.message}${retryable ? " (may be tried again)" : ""}`;
    return supersededText === undefined ? what : `${what}; it had said: ${supersededText}`;
  },
  MODEL_SWITCHED: ({ from, to, reason }) => `from ${from} to ${to}: ${reason.message}`,
  MODEL_RETRY_SCHEDULED: ({ failures }) => `after ${counted(failures, "failure")}`,
  TOOL_CALL_STARTED: ({ name, attempt }) => (attempt <= 1 ? name : `${name}, attempt ${attempt}`),
  TOOL_CALL_COMPLETED: ({ name, result, durationMs }) =>
    `${name} ${result.status}, ${duration(durationMs)}: ${jsonLine(result.output)}`,
  TOOL_OUTCOME_UNKNOWN: ({ name }) =>
    `${name}: it began, its host died, and nobody knows whether it took effect`,
  PROCESS_STARTED: ({ command, pid }) => `${command} (pid ${pid})`,
  PROCESS_EXITED: ({ code, signal, how }) =>
    `${PROCESS_ENDS[how]}${code === null ? "" : `, code ${code}`}${signal === null ? "" : `, ${signal}`}`,
  REPORT_RECORDED: ({ status, summary }) => `${status}: ${summary}`,
  SUBAGENT_REPORT: ({ status, summary, explicit }) =>
    `${spaced(status)}${explicit ? "" : " (not said by itself)"}: ${summary}`,
};

function endWords({ cause, error, activeMs, turns, toolCalls, usage }: End): string {
  const why = cause === "finished" ? "" : `${spaced(cause)}, `;
  const said = error === null ? "" : `: ${error.message}`;
  return `${why}${duration(activeMs)}, ${counted(turns, "turn")}, ${counted(toolCalls, "tool call")}, ${tokens(tokensOf(usage))} tokens, ${cost(usage.costUsd)}${said}`;
}

/** A value on one line; long ones are cut where they are shown. */
export function jsonLine(value: JsonValue): string {
  return onOneLine(typeof value === "string" ? value : JSON.stringify(value));
}
