import {
  statusWord,
  type AgentId,
  type AgentRecord,
  type Phase,
  type ReportStatus,
  type StatusWord,
  type Usage,
} from "@colony/core";
import type { Style } from "./paint.ts";
import { cost, duration, tokens, tokensOf } from "./units.ts";
import { onOneLine, spaced } from "./words.ts";

/** What people call an agent: its label, its name, or its id. */
export function agentName({ id, name, label }: Pick<AgentRecord, "id" | "name" | "label">): string {
  return onOneLine(label ?? "") || onOneLine(name ?? "") || id;
}

/** The same where there is room, with the name that nobody else has behind a label: `Survey docs (tom)`. */
export function agentNames(record: Pick<AgentRecord, "id" | "name" | "label">): string {
  const [shown, name] = [agentName(record), onOneLine(record.name ?? "")];
  return name === "" || name === shown ? shown : `${shown} (${name})`;
}

/** Whom agents wait for who have asked something, by their ids: `you`, or the name of another agent. */
export type WaitsFor = ReadonlyMap<AgentId, string>;

/** What it is doing this moment. */
export function activity(
  { id, execution, requests = 0 }: Pick<AgentRecord, "id" | "execution" | "requests">,
  waitsFor?: WaitsFor,
): string {
  if (execution === null) return "";
  if (execution.status === "queued") return "waiting for a place";
  if (execution.cancelling) return "stopping";
  const { phase, doing } = execution;
  if (phase === "awaiting_tools") return doing ?? "using tools";
  if (phase === "thinking") return doing === null ? "thinking" : `thinking (${doing})`;
  // What it waited for has been decided, and it has not been taken up since.
  if (phase === "awaiting_answers" && requests === 0) return "waiting to go on";
  if (phase === "awaiting_answers") return `waiting for ${waitsFor?.get(id) ?? "you"}`;
  return PHASES[phase];
}

const PHASES: Record<Exclude<Phase, "awaiting_tools" | "thinking" | "awaiting_answers">, string> = {
  starting: "starting",
  tools_completed: "reading results",
  retrying: "waiting to ask the model again",
  awaiting_reports: "waiting for its workers",
  finalizing: "finishing",
};

/** When it is looked at, and whether anybody does its work: without, the clock stands at the last thing recorded. */
export interface Moment {
  readonly now: number;
  readonly isPaused?: boolean;
  /** Default: whoever waits for people waits for you. */
  readonly waitsFor?: WaitsFor;
  /** Who waits for a definition that is not known here; default nobody. */
  readonly isMissing?: (record: AgentRecord) => boolean;
}

/** What an agent has done in all its executions, the one under way included. */
export interface WorkDone {
  readonly turns: number;
  /** Milliseconds at work: without the time in which no host lived, or its machine slept. */
  readonly ms: number;
}

export const NO_WORK: WorkDone = { turns: 0, ms: 0 };

/** How long its newest execution has been under way by the clock on the wall: for those who watch it. */
export function timeUnderWay(record: AgentRecord, { now: time, isPaused = false }: Moment): number {
  const { execution, updatedAt } = record;
  if (execution === null || execution.startedAt === null) return 0;
  const now = isPaused ? updatedAt : time;
  return (execution.endedAt ?? now) - execution.startedAt;
}

/** Of all its executions, the one under way included. */
export function usageOf({ usage, execution }: Pick<AgentRecord, "usage" | "execution">): Usage {
  if (execution === null || execution.endedAt !== null) return usage;
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, costUsd, modelCalls } =
    execution.usage;
  return {
    inputTokens: usage.inputTokens + inputTokens,
    outputTokens: usage.outputTokens + outputTokens,
    cachedInputTokens: usage.cachedInputTokens + cachedInputTokens,
    reasoningTokens: usage.reasoningTokens + reasoningTokens,
    costUsd: usage.costUsd === null || costUsd === null ? null : usage.costUsd + costUsd,
    modelCalls: usage.modelCalls + modelCalls,
  };
}

/** Tokens and cost in a few words; before the first model call there is nothing to say. */
export function spent(usage: Usage): string {
  if (usage.modelCalls === 0) return "";
  return `${tokens(tokensOf(usage))} tokens, ${cost(usage.costUsd)}`;
}

/** How an execution ends of which the report says more: a spent limit fails it, and what was done till then is partial. */
const REPORTED: ReadonlySet<StatusWord> = new Set(["completed", "failed", "timed_out", "lost"]);

/** The word that lists show of an agent: how it reported goes before how it ended. */
export function shownWord(record: AgentRecord): StatusWord | ReportStatus {
  const word = statusWord(record);
  const { lifetime, report } = record;
  if (!REPORTED.has(word) || lifetime !== "ephemeral" || report === null) return word;
  return report.status === "success" ? word : report.status;
}

/** The status as lists show it; work that nobody does now is paused, or still waits; who waits for people is not at work. */
export function statusShown(
  record: AgentRecord,
  { isPaused = false, waitsFor, isMissing }: Partial<Moment> = {},
): string {
  if (isMissing?.(record) === true) return "waits for its definition";
  const word = shownWord(record);
  if (word === "input_required") {
    if (record.execution?.phase === "awaiting_reports") return "waits for workers";
    if ((record.requests ?? 0) > 0) return `waits for ${waitsFor?.get(record.id) ?? "you"}`;
    return isPaused ? "paused" : "queued";
  }
  if (isPaused && word === "running") return "paused";
  if (isPaused && word === "queued") return "waiting";
  return spaced(word);
}

/** What a status looks like. */
export function statusStyle(word: StatusWord | ReportStatus): Style {
  switch (word) {
    case "completed":
    case "success":
      return "green";
    case "failed":
    case "lost":
    case "timed_out":
      return "red";
    case "cancelled":
    case "partial":
    case "input_required":
      return "yellow";
    case "running":
    case "queued":
      return "cyan";
    case "pending":
    case "idle":
    case "closed":
    case "removed":
      return "dim";
  }
}

/** How long a report's work took and what it used, in a few words. */
export function effort(of: {
  readonly durationMs: number;
  readonly toolCalls: number;
  readonly usage: Usage;
}): string {
  const tools = `${of.toolCalls} tool ${of.toolCalls === 1 ? "call" : "calls"}`;
  return [duration(of.durationMs), tools, spent(of.usage)].filter((part) => part !== "").join(", ");
}
