import type { AgentKind, Lifetime } from "../events/agent.ts";
import type { ExecutionCause, ExecutionEnd, Failure } from "../events/execution.ts";
import type { PromptProfile } from "../events/prompt-profile.ts";
import type { ReportStatus } from "../events/report.ts";
import type { AgentId } from "../ids.ts";
import type { MessageOrigin } from "../messages/message.ts";
import { addUsage, type Usage } from "../messages/usage.ts";
import { firstUp } from "../plan/first-up.ts";
import type { AgentRecord, AgentState, Phase } from "../state/agent-state.ts";
import { isEnded, statusWord, type StatusWord } from "./status.ts";

/** How the newest execution that has ended did so. */
export interface LastOutcome {
  readonly status: ExecutionEnd;
  readonly cause: ExecutionCause;
  /** ISO 8601, UTC. */
  readonly endedAt: string;
  /** How it was reported; null for the overseer, which reports to nobody. */
  readonly report: ReportStatus | null;
}

/** One agent at one moment, as plain JSON: what handles, lists and waits give. Times are ISO 8601, UTC. */
export interface AgentSnapshot {
  readonly id: AgentId;
  readonly kind: AgentKind;
  readonly name: string | null;
  readonly label: string | null;
  /** The template it was made from; who spawned it is `parentId`. */
  readonly definitionId: string;
  readonly parentId: AgentId | null;
  readonly depth: number;
  /** Its depth, counted from 1. */
  readonly level: number;
  readonly lifetime: Lifetime;
  readonly owner: string | null;
  readonly status: StatusWord;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly profile: PromptProfile;
  /** The whole text of what it was spawned to do. */
  readonly task: string | null;
  /** The newest thing that it was given to work on, its task included; reports are none. Null before the first. */
  readonly lastInput: string | null;
  /** What it answered with when an execution last completed. */
  readonly lastOutput: string | null;
  /** What went wrong in the newest execution; null again as soon as the next one is there. */
  readonly error: Failure | null;
  /** Inputs and reports that it has received and not been given. */
  readonly queueSize: number;
  /** The first 200 characters of the one that it is given next. */
  readonly queuedPreview: string | null;
  readonly closed: boolean;
  readonly dismissed: boolean;
  /** Of all executions, the one under way included; `costUsd` is null where a price is not known. */
  readonly usage: Usage;
  readonly toolCalls: number;
  /** Finer progress of an execution that has not ended. */
  readonly phase: Phase | null;
  /** The tool or model that is being waited for. */
  readonly doing: string | null;
  readonly lastOutcome: LastOutcome | null;
  /** Questions and approvals that wait for people. */
  readonly pendingRequests: number;
}

const PREVIEW_CHARACTERS = 200;

/** What an agent's state amounts to for those who look at it. */
export function snapshotOf(state: AgentState): AgentSnapshot {
  const { record, execution, inbox } = state;
  const live = record.execution !== null && !isEnded(record.execution.status) ? record.execution : null;
  const next = firstUp(inbox);
  return {
    id: record.id,
    kind: record.kind,
    name: record.name,
    label: record.label,
    definitionId: record.definitionId,
    parentId: record.parentId,
    depth: record.depth,
    level: record.depth + 1,
    lifetime: record.lifetime,
    owner: record.owner ?? null,
    status: statusWord(record),
    createdAt: isoTime(record.spawnedAt),
    updatedAt: isoTime(record.updatedAt),
    closedAt: record.closedAt === null ? null : isoTime(record.closedAt),
    profile: record.profile ?? "full",
    task: record.task,
    lastInput: lastInputOf(state),
    lastOutput: state.lastOutput ?? null,
    error: live === null ? (execution?.error ?? null) : null,
    queueSize: inbox.length,
    queuedPreview: next === undefined ? null : preview(next.text),
    closed: record.status === "closed",
    dismissed: record.dismissed === true,
    usage: wholeUsageOf(record),
    toolCalls: record.toolCalls + (live?.toolCalls ?? 0),
    phase: live?.phase ?? null,
    doing: live?.doing ?? null,
    lastOutcome: lastOutcomeOf(state),
    pendingRequests: record.requests ?? 0,
  };
}

/** What an agent has used in all its executions, the one under way included. */
export function wholeUsageOf({ usage, execution }: Pick<AgentRecord, "usage" | "execution">): Usage {
  return execution === null || execution.endedAt !== null ? usage : addUsage(usage, execution.usage);
}

const GIVEN: ReadonlySet<MessageOrigin> = new Set(["task", "chat", "correction", "answer", "trigger"]);

function lastInputOf({ conversation }: AgentState): string | null {
  const given = conversation.findLast((entry) => entry.role === "user" && GIVEN.has(entry.origin));
  return given?.role === "user" ? given.text : null;
}

function lastOutcomeOf({ lastEnd, record }: AgentState): LastOutcome | null {
  if (lastEnd === undefined) return null;
  const { status, cause, at } = lastEnd;
  return { status, cause, endedAt: isoTime(at), report: record.report?.status ?? null };
}

/** A time in epoch milliseconds as text. */
function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function preview(text: string): string {
  return text.length <= PREVIEW_CHARACTERS ? text : `${text.slice(0, PREVIEW_CHARACTERS - 1)}…`;
}
