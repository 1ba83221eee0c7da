import { z } from "zod";
import { CallId } from "../ids.ts";

/** Workers that did not come to be. */
export const spawnEvents = {
  /** A model asked for workers and got none. It stands in the commit of the call's outcome. */
  SPAWN_REFUSED: z.object({
    callId: CallId,
    /** Of the error table, such as `spawn.too_deep`. */
    code: z.string(),
    message: z.string(),
    /** Kind of worker; null where none was named. */
    definition: z.string().nullable(),
    /** Beginning of the first task; all of it stands in the call. */
    task: z.string(),
    /** How many the call asked for. */
    workers: z.number().int().positive(),
  }),
} as const;
