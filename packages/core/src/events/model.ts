import { z } from "zod";
import { CallId } from "../ids.ts";
import { Usage } from "../messages/usage.ts";
import { Failure } from "./execution.ts";

/** Why the model stopped. */
export const FinishReason = z.enum(["stop", "length", "content-filter", "tool-calls", "error", "other"]);
export type FinishReason = z.infer<typeof FinishReason>;

/** One request to a language model. */
export const modelEvents = {
  MODEL_CALL_STARTED: z.object({
    callId: CallId,
    model: z.string(),
    /** The most that it can cost, held against the budget until it is known what it did cost. */
    reserved: z
      .object({
        tokens: z.number(),
        usd: z.number().nullable(),
        /** Most tokens of the answer, where the budget has room for less than the model may answer otherwise. */
        outputTokens: z.number().optional(),
      })
      .readonly()
      .optional(),
  }),
  MODEL_CALL_COMPLETED: z.object({
    callId: CallId,
    finishReason: FinishReason,
    usage: Usage,
    durationMs: z.number(),
    firstTokenMs: z.number().nullable(),
  }),
  MODEL_CALL_FAILED: z.object({
    callId: CallId,
    error: Failure,
    retryable: z.boolean(),
    /** What had been said when it broke off. Kept for people; never shown to the model again. */
    supersededText: z.string().optional(),
    usage: Usage.optional(),
    /** The host died while it was under way: not the model's fault, so it is no failed try. */
    lost: z.literal(true).optional(),
  }),
  /** The model is given up for this execution; the next one of its chain is asked. */
  MODEL_SWITCHED: z.object({ from: z.string(), to: z.string(), reason: Failure }),
  MODEL_RETRY_SCHEDULED: z.object({
    /** Epoch ms before which no model call is made; holds over a restart. */
    notBefore: z.number(),
    failures: z.number().int().positive(),
  }),
} as const;
