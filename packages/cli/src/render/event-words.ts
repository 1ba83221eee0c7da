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
import { scheduleWords } from "./trigger-words.ts";
import { counted, onOneLine, spaced } from "./words.ts";

type Words = { readonly [Type in EventType]: (data: EventData<Type>) => string };
type End = EventData<"EXECUTION_COMPLETED">;

const PROCESS_ENDS: Readonly<Record<ProcessEnd, string>> = {
  exited: "by itself",
  stopped: "ended when asked to",
  killed: "ended by force",
  found_dead: "gone when it was looked for",
};

const PAUSES = {
  shutdown: "shutdown; it goes on when the colony is opened again",
  input_required: "it waits for a person, and nothing of it runs",
  awaiting_reports: "it waits for the reports of its workers",
} as const;

/** The few words of each event that matter to somebody who reads the log for the first time. */
export const EVENT_WORDS: Words = {
  COLONY_OPENED: ({ host, release, owner }) =>
    `by process ${host.pid}, release ${release}${owner === undefined ? "" : `, owner ${owner}`}`,
  COLONY_CLOSED: () => "in good order",
  DISPATCH_BLOCKED: ({ owner, reason }) => `by ${owner}: ${reason}`,
  DISPATCH_UNBLOCKED: ({ owner }) => `by ${owner}`,
  BUDGET_SET: ({ budget }) => budgetWords(budget),
  TOOL_APPROVAL_SET: ({ tool, approved, by }) =>
    `${by}: every call of ${tool} ${approved ? "is approved" : "is asked about again"}`,
  TRIGGER_SET: ({ triggerId, schedule, agentId, nextAt }) =>
    `${triggerId} for ${agentId}: ${scheduleWords(schedule)}${nextAt === null ? "" : `; next ${moment(nextAt)}`}`,
  TRIGGER_FIRED: ({ triggerId, agentId, dueAt, late, nextAt }) =>
    [
      `${triggerId} for ${agentId}, due ${moment(dueAt)}`,
      ...(late === true ? ["made up for"] : []),
      ...(nextAt === undefined || nextAt === null ? [] : [`next ${moment(nextAt)}`]),
    ].join("; "),
  TRIGGER_MISSED: ({ triggerId, count, more, firstAt, lastAt }) =>
    `${triggerId}: ${more === true ? "more than " : ""}${counted(count, "due time")} from ${moment(firstAt)} to ${moment(lastAt)}`,
  TRIGGER_FAILED: ({ triggerId, dueAt, message }) => `${triggerId}, due ${moment(dueAt)}: ${message}`,
  TRIGGER_REMOVED: ({ triggerId }) => triggerId,
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
  AGENT_CLOSED: ({ cause, reason, keepsInbox }) =>
    `${reason ?? spaced(cause)}${keepsInbox === true ? "; what waits for it is kept" : ""}`,
  AGENT_REOPENED: ({ by }) => `by ${by}`,
  AGENT_DISMISSED: ({ by }) => `by ${by}`,
  AGENT_REMOVED: ({ by }) => `by ${by}`,
  EXECUTION_QUEUED: ({ number }) => (number === 1 ? "" : `execution ${number}`),
  EXECUTION_STARTED: ({ attempt, alone }) => {
    if (attempt === 1) return "";
    const how = alone === true ? "; nothing else was under way then" : "";
    return `attempt ${attempt}, going on${how}`;
  },
  EXECUTION_PAUSED: ({ reason, leaving }) =>
    leaving === true ? `${spaced(reason)} asked for; what is under way may finish` : PAUSES[reason],
  EXECUTION_HELD_UP: ({ ms }) =>
    ms > 0
      ? `${duration(ms)} in which the machine slept or the process was stopped`
      : `the clock was set back by ${duration(-ms)}`,
  EXECUTION_WRAP_UP_REQUESTED: ({ limit, reason }) => `limit reached: ${reason ?? spaced(limit)}`,
  CANCEL_REQUESTED: ({ by, cause, reason }) => `by ${by}: ${reason ?? spaced(cause)}`,
  EXECUTION_COMPLETED: (data) => endWords(data),
  EXECUTION_FAILED: (data) => endWords(data),
  EXECUTION_CANCELLED: (data) => endWords(data),
  EXECUTION_TIMED_OUT: (data) => endWords(data),
  EXECUTION_LOST: (data) => endWords(data),
  INPUT_RECEIVED: ({ kind, from, principal, mode, text }) =>
    `${kind} from ${principal ?? from} (${mode}): ${text}`,
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
  QUESTION_ASKED: ({ questions, to }) =>
    `${to === null ? "" : `to ${to}: `}${questions.map(({ text }) => text).join(" | ")}`,
  QUESTION_ANSWERED: ({ answers, by }) =>
    by === "expiry" && Object.keys(answers).length === 0
      ? "nobody answered in time"
      : `by ${by}: ${Object.values(answers).join(" | ")}`,
  APPROVAL_REQUESTED: ({ name, input }) => `${name} ${jsonLine(input)}`,
  APPROVAL_RESOLVED: ({ decision, by, reason, always, input }) =>
    [
      `${decision} by ${by}`,
      ...(input === undefined ? [] : [`with ${jsonLine(input)}`]),
      ...(always === undefined ? [] : [`always for this ${always}`]),
      ...(reason === null ? [] : [reason]),
    ].join(": "),
  SPAWN_REFUSED: ({ message, definition, task, workers }) =>
    `${workers === 1 ? (definition ?? "a worker") : counted(workers, "worker")}: ${message}${task === "" ? "" : ` (${onOneLine(task)})`}`,
  MILESTONE_REACHED: ({ name, text, data }) =>
    `${name}: ${text}${data === undefined ? "" : ` ${jsonLine(data)}`}`,
  HISTORY_PRUNED: ({ agents, events, closedBefore }) =>
    `${counted(agents.length, "worker")} that had ended before ${moment(closedBefore)}: ${counted(events, "event")} removed, reports kept`,
  PROCESS_STARTED: ({ command, pid }) => `${command} (pid ${pid})`,
  PROCESS_EXITED: ({ code, signal, how }) =>
    `${PROCESS_ENDS[how]}${code === null ? "" : `, code ${code}`}${signal === null ? "" : `, ${signal}`}`,
  REPORT_RECORDED: ({ status, summary }) => `${status}: ${summary}`,
  SUBAGENT_REPORT: ({ status, summary, explicit }) =>
    `${spaced(status)}${explicit ? "" : " (not said by itself)"}: ${summary}`,
  NOTIFICATION_SENT: ({ attempt }) => (attempt === 1 ? "" : `at the ${attempt}. try`),
  NOTIFICATION_FAILED: ({ error, retryAt }) =>
    `${error.message}${retryAt === null ? "; given up" : `; again from ${moment(retryAt)} on`}`,
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
