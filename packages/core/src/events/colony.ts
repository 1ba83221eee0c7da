import { z } from "zod";
import { LetterId } from "./letter-id.ts";

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
    /** The deepest level at which an agent may stand: 0 is the overseer's own, 1 that of its workers. */
    depth: z.number().int().nonnegative().optional(),
    /** Time in which anybody is at work, side by side counted once, without the time in which no host lived. Milliseconds. */
    wallMs: z.number().nonnegative().optional(),
  })
  .readonly();
/** What a tree of agents may spend in all; a limit that is absent is none. */
export type Budget = z.infer<typeof Budget>;

/** What happens to the colony as a whole; all of these stand in the stream `colony`. */
export const colonyEvents = {
  COLONY_OPENED: z.object({
    host: Host,
    release: z.string(),
    /** Blobs of the instructions that definitions give from now on, by definition; one that gives none is not in it. */
    instructions: z.record(z.string(), z.string()).optional(),
    /** Blobs of the whole system text that agents of a definition are told from now on, where nothing else is recorded of them. */
    systems: z.record(z.string(), z.string()).optional(),
    /** Whose colony it is from now on; absent: as before, and at first nobody's but its own process's. */
    owner: z.string().optional(),
  }),
  COLONY_CLOSED: z.object({ host: z.string() }),
  DISPATCH_BLOCKED: z.object({ owner: z.string(), reason: z.string(), letterId: LetterId }),
  DISPATCH_UNBLOCKED: z.object({ owner: z.string() }),
  BUDGET_SET: z.object({ budget: Budget, letterId: LetterId }),
  /** Whether every call of a tool is approved from now on, whoever makes it. */
  TOOL_APPROVAL_SET: z.object({ tool: z.string().min(1), approved: z.boolean(), by: z.string() }),
  /** What another process had asked for could not be done. */
  LETTER_REFUSED: z.object({ letterId: z.string(), code: z.string(), message: z.string() }),
  /** The disk did not take what was to be stored. Stands behind the first thing that it took again. */
  STORAGE_FAILED: z.object({
    code: z.string(),
    message: z.string(),
    since: z.number().describe("epoch ms of the first refusal"),
    refused: z.number().int().describe("appends that were refused, tries of the same one included"),
  }),
} as const;
