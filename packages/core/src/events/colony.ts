import { z } from "zod";

/** Who runs a colony: one process on one machine. */
export const Host = z
  .object({
    id: z.string(),
    pid: z.number(),
    startedAt: z.number().describe("epoch ms of the process start"),
  })
  .readonly();
export type Host = z.infer<typeof Host>;

export const Budget = z
  .object({
    /** US dollars, for models whose price is known. */
    usd: z.number().nonnegative().optional(),
    /** Tokens in and out of models. */
    tokens: z.number().nonnegative().optional(),
    toolCalls: z.number().int().nonnegative().optional(),
    /** Workers spawned, ended ones included. */
    workers: z.number().int().nonnegative().optional(),
  })
  .readonly();
/** What a tree of agents may spend in all; a limit that is absent is none. */
export type Budget = z.infer<typeof Budget>;

/** What happens to the colony as a whole; all of these stand in the stream `colony`. */
export const colonyEvents = {
  COLONY_OPENED: z.object({ host: Host, release: z.string() }),
  COLONY_CLOSED: z.object({ host: z.string() }),
  DISPATCH_BLOCKED: z.object({ owner: z.string(), reason: z.string() }),
  DISPATCH_UNBLOCKED: z.object({ owner: z.string() }),
  BUDGET_SET: z.object({ budget: Budget }),
} as const;
