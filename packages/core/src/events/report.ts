import { z } from "zod";
import { AgentId, ColonyId } from "../ids.ts";
import { JsonObjectSchema, JsonValueSchema } from "../json.ts";
import { Usage } from "../messages/usage.ts";
import { BatchPlace } from "./agent.ts";
import { ExecutionCause, Failure } from "./execution.ts";

/** What became of a task, seen by whoever asked for it. */
export const ReportStatus = z.enum(["success", "partial", "failed", "timed_out", "cancelled", "lost"]);
export type ReportStatus = z.infer<typeof ReportStatus>;

/** What a worker may say of itself. */
export const ExplicitReportStatus = ReportStatus.extract(["success", "partial", "failed"]);
export type ExplicitReportStatus = z.infer<typeof ExplicitReportStatus>;

export const Report = z
  .object({
    workerId: AgentId,
    colonyId: ColonyId,
    parentId: AgentId.nullable(),
    definitionId: z.string(),
    name: z.string().nullable(),
    label: z.string().nullable(),
    task: z.string().nullable(),
    status: ReportStatus,
    cause: ExecutionCause,
    summary: z.string(),
    data: JsonValueSchema,
    error: Failure.nullable(),
    durationMs: z.number(),
    usage: Usage,
    toolCalls: z.number(),
    artifacts: z.array(JsonObjectSchema).readonly(),
    /** Whether the worker said this itself, or it was made from how its execution ended. */
    explicit: z.boolean(),
    batch: BatchPlace.nullable(),
    /** Whose worker it is; absent where nobody was named. */
    owner: z.string().optional(),
  })
  .readonly();
/** The one outcome of a worker's execution. */
export type Report = z.infer<typeof Report>;

/** What a worker tells its parent. */
export const reportEvents = {
  /** Said by the worker while it is at work; the last one said is used, however the execution ends. */
  REPORT_RECORDED: z.object({
    status: ExplicitReportStatus,
    summary: z.string(),
    data: JsonValueSchema,
    artifacts: z.array(JsonObjectSchema).readonly(),
  }),
  /** In the commit that ends the execution; for the parent it is an input. */
  SUBAGENT_REPORT: Report,
} as const;
