import { z } from "zod";
import { Usage } from "../messages/usage.ts";
import { LetterId } from "./letter-id.ts";

/** How an execution ends. The first end that is recorded stands. */
export const ExecutionEnd = z.enum(["completed", "failed", "cancelled", "timed_out", "lost"]);
export type ExecutionEnd = z.infer<typeof ExecutionEnd>;

/** Why something ended. */
export const ExecutionCause = z.enum([
  "finished",
  "error",
  "tool_error",
  "crash",
  "budget_exhausted",
  "empty_response",
  "validation_failed",
  "repeated_calls",
  "stalled",
  "timeout",
  "user",
  "parent",
  "superseded",
  "closed",
  "shutdown",
  "host_lost",
  "process_lost",
  "account_exhausted",
  "depth_limit",
  "spawn_failed",
  "unrecoverable",
]);
export type ExecutionCause = z.infer<typeof ExecutionCause>;

export const Failure = z.object({ code: z.string(), message: z.string() }).readonly();
/** What went wrong, as a code to branch on and words for people. */
export type Failure = z.infer<typeof Failure>;

export const WrapUpLimit = z.enum(["iterations", "tool_calls", "wall", "budget"]);
/** Which limit an execution has come to: one of its own, or a budget of the tree's. */
export type WrapUpLimit = z.infer<typeof WrapUpLimit>;

/** What every end says. */
const end = z.object({
  cause: ExecutionCause,
  /** The last answer in words; null where there was none. */
  output: z.string().nullable(),
  error: Failure.nullable(),
  /** Time at work, without the time in which no host lived. */
  activeMs: z.number(),
  usage: Usage,
  turns: z.number(),
  toolCalls: z.number(),
});

/** One pass of the agent loop, from its inputs to its end. */
export const executionEvents = {
  EXECUTION_QUEUED: z.object({ number: z.number().int().positive() }),
  EXECUTION_STARTED: z.object({
    host: z.string(),
    /** 1 the first time; counts the hosts that took it up after a crash. */
    attempt: z.number().int().positive(),
    /** It was all that was under way when its last host died. */
    alone: z.literal(true).optional(),
    /** Blob of the system text that it is told, where that is not what COLONY_OPENED says of its definition. */
    system: z.string().optional(),
  }),
  /** It is let go of in good order; whoever takes it up next charges nobody with a crash. */
  EXECUTION_PAUSED: z.object({
    /** `input_required`: people are asked first. `awaiting_reports`: its own workers are at work. Both leave no host with it. */
    reason: z.enum(["shutdown", "input_required", "awaiting_reports"]),
    /** It is about to: what is under way may still come to its end. Recorded first, so that it holds also if it is killed. */
    leaving: z.literal(true).optional(),
  }),
  /**
   * Its host was held up, because the machine slept or the process was stopped, or the clock was set: nobody is charged with that time,
   * and nobody is given any.
   */
  EXECUTION_HELD_UP: z.object({
    /** Below zero where the clock was set back by so much. */
    ms: z.number(),
    /** When it could go on, in epoch milliseconds. */
    until: z.number(),
  }),
  /** The agent is told to come to an end with what it has. */
  EXECUTION_WRAP_UP_REQUESTED: z.object({
    limit: WrapUpLimit,
    /** Which budget, and what it has come to. */
    reason: z.string().optional(),
  }),
  CANCEL_REQUESTED: z.object({
    cause: ExecutionCause,
    by: z.string(),
    reason: z.string().nullable(),
    /** It was stopped or closed: the end closes the agent, so that nothing that waits for it wakes it again. */
    close: z.literal(true).optional(),
    /** What waits for it stays in its inbox for when it is opened again. Only with `close`. */
    keepsInbox: z.literal(true).optional(),
    letterId: LetterId,
  }),
  EXECUTION_COMPLETED: end,
  EXECUTION_FAILED: end,
  EXECUTION_CANCELLED: end,
  EXECUTION_TIMED_OUT: end,
  EXECUTION_LOST: end,
} as const;
