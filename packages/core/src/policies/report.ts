import type { ExecutionCause, ExecutionEnd, Failure } from "../events/execution.ts";
import type { Report, ReportStatus } from "../events/report.ts";
import type { ColonyId } from "../ids.ts";
import type { Usage } from "../messages/usage.ts";
import type { AgentState } from "../state/agent-state.ts";

/** How an execution ended, as far as its report is concerned. */
export interface Ending {
  readonly end: ExecutionEnd;
  readonly cause: ExecutionCause;
  readonly output: string | null;
  readonly error: Failure | null;
  readonly activeMs: number;
  readonly usage: Usage;
  readonly toolCalls: number;
}

/**
 * The one report of a worker's execution: what the worker said, on every way out; otherwise what its end amounts to. One
 * that was cancelled after it had reported keeps its words and is `cancelled`, so that nobody takes it for a success.
 */
export function reportOf(state: AgentState, ending: Ending, colonyId: ColonyId): Report {
  const { record, execution, reportSchema } = state;
  const explicit = execution?.report ?? null;
  const isCut = explicit === null && ending.end === "completed" && execution?.cutShort === true;
  const said = explicit ?? {
    ...synthesise(ending, reportSchema !== null || isCut),
    data: {},
    artifacts: [],
  };
  return {
    workerId: record.id,
    colonyId,
    parentId: record.parentId,
    definitionId: record.definitionId,
    name: record.name,
    label: record.label,
    task: record.task,
    status: ending.end === "cancelled" ? "cancelled" : said.status,
    cause: ending.cause,
    summary: said.summary,
    data: said.data,
    error: isCut ? (ending.error ?? CUT_SHORT) : ending.error,
    durationMs: ending.activeMs,
    usage: ending.usage,
    toolCalls: ending.toolCalls,
    artifacts: said.artifacts,
    explicit: explicit !== null,
    batch: record.batch,
    ...(record.owner === undefined ? {} : { owner: record.owner }),
  };
}

const STATUS: Record<Exclude<ExecutionEnd, "completed">, ReportStatus> = {
  failed: "failed",
  cancelled: "cancelled",
  timed_out: "timed_out",
  lost: "lost",
};

const WORDS: Record<Exclude<ExecutionEnd, "completed">, string> = {
  failed: "The worker failed",
  cancelled: "The worker was cancelled",
  timed_out: "The worker ran out of time",
  lost: "The worker was lost",
};

const CUT_SHORT: Failure = {
  code: "model.cut_short",
  message: "the last answer was cut off where the model lets none be longer",
};

/** Who cancelled it, where no reason was given. */
const BY: Partial<Record<ExecutionCause, string>> = { user: " by a person", parent: " by its parent" };

/** What ends an execution that may well have got something done. */
const IS_PARTIAL: ReadonlySet<ExecutionCause> = new Set(["budget_exhausted", "stalled"]);

/** The status and words of a report that the worker did not make itself. */
function synthesise(
  { end, cause, output, error }: Ending,
  isUnfinished: boolean,
): { readonly status: ReportStatus; readonly summary: string } {
  if (end === "completed")
    return { status: isUnfinished ? "partial" : "success", summary: output ?? "Finished." };
  const reason = error === null && end === "cancelled" ? BY[cause] : undefined;
  const why = reason ?? `: ${error?.message ?? cause.replaceAll("_", " ")}`;
  const last = output === null ? "" : ` It had said last: ${output.slice(0, 500)}`;
  const [status, words] = IS_PARTIAL.has(cause)
    ? (["partial", "The worker was stopped"] as const)
    : [STATUS[end], WORDS[end]];
  return { status, summary: `${words}${why}.${last}`.replace(/\.\.(?= |$)/, ".") };
}
