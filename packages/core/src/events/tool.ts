import { z } from "zod";
import { CallId } from "../ids.ts";
import { ToolResult } from "../messages/message.ts";

/**
 * What running a tool may have done to the world, which decides what a crash in the middle of it means: `pure` and
 * `idempotent` ones are run again (the latter with the same callKey), a `once` one never is.
 */
export const ToolEffect = z.enum(["pure", "idempotent", "once"]);
export type ToolEffect = z.infer<typeof ToolEffect>;

/** One call of one tool. The call itself stands in the assistant message that asked for it. */
export const toolEvents = {
  /** Durable before the tool runs: a call without this never began. */
  TOOL_CALL_STARTED: z.object({
    callId: CallId,
    name: z.string(),
    effect: ToolEffect,
    attempt: z.number().int(),
  }),
  TOOL_CALL_COMPLETED: z.object({
    callId: CallId,
    name: z.string(),
    result: ToolResult,
    durationMs: z.number(),
  }),
  /** It began, its host died, and it may not be run again. `result` is what model and people are told. */
  TOOL_OUTCOME_UNKNOWN: z.object({ callId: CallId, name: z.string(), result: ToolResult }),
} as const;
