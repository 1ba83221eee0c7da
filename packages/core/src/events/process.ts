import { z } from "zod";
import { CallId, ProcessId } from "../ids.ts";

/**
 * How a process ended: by itself; asked to, within its grace; by force; or it was gone already when a later host looked
 * for it, and nobody saw how.
 */
export const ProcessEnd = z.enum(["exited", "stopped", "killed", "found_dead"]);
export type ProcessEnd = z.infer<typeof ProcessEnd>;

/** A process of the operating system that a tool call started. It belongs to that call and ends with it. */
export const processEvents = {
  /** Durable before the command runs. */
  PROCESS_STARTED: z.object({
    processId: ProcessId,
    callId: CallId,
    /** Also the id of its process group. */
    pid: z.number().int().positive(),
    /** What tells it from a later process with the same pid. */
    startToken: z.string(),
    /** The command line, for people. */
    command: z.string(),
    cwd: z.string().optional(),
  }),
  /** The only event that may follow the end of its execution, and the close of its agent: neither waits for it. */
  PROCESS_EXITED: z.object({
    processId: ProcessId,
    /** Null where a signal ended it, and where nobody saw how it ended. */
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    how: ProcessEnd,
  }),
} as const;
