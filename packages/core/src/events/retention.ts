import { z } from "zod";
import { AgentId } from "../ids.ts";
import { Budget } from "./colony.ts";

const Amounts = z
  .object({
    usd: z.number().nullable(),
    tokens: z.number(),
    toolCalls: z.number(),
    workers: z.number(),
  })
  .readonly();

const Account = z
  .object({
    budget: Budget,
    spent: Amounts,
    held: Amounts,
    open: z.number(),
    time: z
      .object({
        pastMs: z.number(),
        since: z.number().nullable(),
        atWork: z.number(),
        heldUpUntil: z.number().optional(),
      })
      .readonly(),
  })
  .readonly();

/** What all budgets had come to at a place in the log, for whoever cannot read all that stood before it any more. */
const Totals = z
  .object({
    accounts: z.array(z.tuple([AgentId, Account]).readonly()).readonly(),
    open: z
      .array(z.tuple([z.string(), z.object({ agentId: AgentId, amounts: Amounts }).readonly()]).readonly())
      .readonly(),
    working: z.array(AgentId).readonly().optional(),
    aliveAt: z.number().optional(),
  })
  .readonly();

export const PrunedAgent = z
  .object({
    agentId: AgentId,
    /** Where its stream stood when that was decided. One that has gone on meanwhile is not pruned. */
    version: z.number().int().positive(),
    /** It had been seeded, which its other events do not tell. */
    seeded: z.literal(true).optional(),
  })
  .readonly();
/** An agent whose conversation and work are not kept any longer. */
export type PrunedAgent = z.infer<typeof PrunedAgent>;

/** What is not kept for ever. */
export const retentionEvents = {
  /**
   * Stands in the colony's stream before anything of these agents is removed from the log. From then on they have no
   * conversation, whether or not that has been done yet; who they were, how they ended and what they reported stays.
   */
  HISTORY_PRUNED: z.object({
    agents: z.array(PrunedAgent).min(1).readonly(),
    /** Those that were closed before, in epoch milliseconds. */
    closedBefore: z.number(),
    /** How many events that removes, and bytes of what they said. */
    events: z.number().int().nonnegative(),
    sizeBytes: z.number().nonnegative(),
    /** Seq up to which `totals` has everything. */
    upTo: z.number().int().nonnegative(),
    totals: Totals,
  }),
} as const;
