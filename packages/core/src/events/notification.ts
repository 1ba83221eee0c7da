import { z } from "zod";
import { EventId } from "../ids.ts";
import { Failure } from "./execution.ts";

/**
 * What came of telling a person elsewhere that a worker has ended. Stands in the worker's stream, behind its report and
 * mostly behind its close: nobody at work waits for it.
 */
export const notificationEvents = {
  /** The notifier has taken it; it is not told again. */
  NOTIFICATION_SENT: z.object({
    /** The event of the report that it tells of. */
    notificationId: EventId,
    /** 1 the first time; tries that a dead host left without an outcome are not counted. */
    attempt: z.number().int().positive(),
  }),
  NOTIFICATION_FAILED: z.object({
    notificationId: EventId,
    attempt: z.number().int().positive(),
    error: Failure,
    /** Epoch ms from which it is tried again; null: never. */
    retryAt: z.number().nullable(),
  }),
} as const;
