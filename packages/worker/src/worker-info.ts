import {
  isEnded,
  type AgentRecord,
  type ExecutionEnd,
  type JsonValue,
  type Report,
  type ReportStatus,
  type Usage,
} from "@colony/core";

/** The one word of the five that other agent runtimes have for a worker. */
export type WorkerStatus = "pending" | "running" | "completed" | "failed" | "stopped";

/** What they call the outcome of its task; not the same axis as its status: a failed worker may have reported success. */
export type WorkerResultStatus = "success" | "partial" | "failed" | "timeout" | "stopped";

/** A worker as lists show it, in that shape. */
export interface WorkerInfo {
  readonly workerId: string;
  readonly colonyId: string;
  readonly parentId: string | null;
  readonly definition: string;
  readonly name: string | null;
  readonly label: string | null;
  readonly task: string;
  readonly status: WorkerStatus;
  /** `pending` or `running`. */
  readonly isActive: boolean;
  /** Epoch milliseconds; null before its newest execution has begun. */
  readonly startedAt: number | null;
  /** Of its newest execution: to its end, or to what happened last; 0 before it has begun. */
  readonly durationSeconds: number;
  /** In and out, of all its executions. */
  readonly tokensUsed: number;
  readonly toolCallsUsed: number;
  /** `index` counts from 1. */
  readonly batch: { readonly id: string; readonly index: number; readonly size: number } | null;
  /** What it has reported, in short; null until it has. */
  readonly result: Pick<WorkerResult, "status" | "summary" | "explicit"> | null;
}

/** The outcome of a worker's execution, in that shape. */
export interface WorkerResult {
  readonly status: WorkerResultStatus;
  readonly summary: string;
  readonly data: JsonValue;
  readonly error: string | null;
  readonly durationSeconds: number;
  readonly tokensUsed: number;
  readonly toolCallsUsed: number;
  /** Whether a limit cut it short. */
  readonly budgetLimited: boolean;
  /** Whether the worker said so itself. */
  readonly explicit: boolean;
}

/**
 * A worker's record as `WorkerInfo`.
 *
 * | here | status |
 * |---|---|
 * | not begun yet, or its first execution is queued | `pending` |
 * | its execution is queued again or runs; open and persistent, also between two inputs | `running` |
 * | ephemeral, its execution `completed` | `completed` |
 * | ephemeral, its execution `failed` or `lost` | `failed` |
 * | ephemeral, its execution `cancelled` or `timed_out`; persistent and closed; closed before it began | `stopped` |
 */
export function workerInfoOf(record: AgentRecord): WorkerInfo {
  const { execution, report, batch } = record;
  const status = statusOf(record);
  const running = execution !== null && !isEnded(execution.status) ? execution : null;
  const startedAt = execution?.startedAt ?? null;
  const until = execution?.endedAt ?? record.updatedAt;
  return {
    workerId: record.id,
    colonyId: record.colonyId,
    parentId: record.parentId,
    definition: record.definitionId,
    name: record.name,
    label: record.label,
    task: record.task ?? "",
    status,
    isActive: status === "pending" || status === "running",
    startedAt,
    durationSeconds: startedAt === null ? 0 : Math.max(0, until - startedAt) / 1_000,
    tokensUsed: tokensOf(record.usage) + (running === null ? 0 : tokensOf(running.usage)),
    toolCallsUsed: record.toolCalls + (running?.toolCalls ?? 0),
    batch: batch === null ? null : { id: batch.id, index: batch.index + 1, size: batch.size },
    result:
      report === null
        ? null
        : { status: RESULT_STATUS[report.status], summary: report.summary, explicit: report.explicit },
  };
}

/**
 * A report as `WorkerResult`.
 *
 * | report | result |
 * |---|---|
 * | `success`, `partial`, `failed` | the same word |
 * | `timed_out` | `timeout` |
 * | `cancelled` | `stopped` |
 * | `lost` | `failed` |
 */
export function workerResultOf(report: Report): WorkerResult {
  return {
    status: RESULT_STATUS[report.status],
    summary: report.summary,
    data: report.data,
    error: report.error?.message ?? null,
    durationSeconds: report.durationMs / 1_000,
    tokensUsed: tokensOf(report.usage),
    toolCallsUsed: report.toolCalls,
    budgetLimited: report.cause === "budget_exhausted",
    explicit: report.explicit,
  };
}

const RESULT_STATUS: Record<ReportStatus, WorkerResultStatus> = {
  success: "success",
  partial: "partial",
  failed: "failed",
  timed_out: "timeout",
  cancelled: "stopped",
  lost: "failed",
};

const ENDED: Record<ExecutionEnd, WorkerStatus> = {
  completed: "completed",
  failed: "failed",
  lost: "failed",
  cancelled: "stopped",
  timed_out: "stopped",
};

function statusOf({ status, lifetime, execution, executions }: AgentRecord): WorkerStatus {
  if (status === "closed")
    return lifetime === "ephemeral" && execution !== null && isEnded(execution.status)
      ? ENDED[execution.status]
      : "stopped";
  if (execution === null) return status === "pending" || lifetime === "ephemeral" ? "pending" : "running";
  if (execution.status === "queued") return executions === 1 ? "pending" : "running";
  if (!isEnded(execution.status) || lifetime === "persistent") return "running";
  return ENDED[execution.status];
}

function tokensOf({ inputTokens, outputTokens }: Pick<Usage, "inputTokens" | "outputTokens">): number {
  return inputTokens + outputTokens;
}
