import { z } from "zod";
import { AgentId, BatchId, CallId } from "../ids.ts";
import { JsonObjectSchema } from "../json.ts";
import { Message } from "../messages/message.ts";
import { Budget } from "./colony.ts";
import { ExecutionCause } from "./execution.ts";
import { LetterId } from "./letter-id.ts";
import { PromptProfile } from "./prompt-profile.ts";

export const AgentKind = z.enum(["overseer", "worker"]);
/** Whom people talk to, or who does one task. */
export type AgentKind = z.infer<typeof AgentKind>;

/** `ephemeral`: one execution, then it closes itself. `persistent`: stays open for more inputs. */
export const Lifetime = z.enum(["ephemeral", "persistent"]);
export type Lifetime = z.infer<typeof Lifetime>;

export const BatchPlace = z
  .object({
    id: BatchId,
    index: z.number().int().describe("from 0, in the order of the tasks"),
    size: z.number().int(),
  })
  .readonly();
/** A worker's place among those spawned together. */
export type BatchPlace = z.infer<typeof BatchPlace>;

export const AgentLimits = z
  .object({
    /** Model calls in one execution. */
    iterations: z.number().int().positive(),
    /** Tool calls in one execution. */
    toolCalls: z.number().int().nonnegative(),
    /** After this long at work the agent is asked to wrap up. */
    softWallMs: z.number().positive(),
    /** After this long at work the execution ends as timed_out. */
    hardWallMs: z.number().positive(),
    /** Tools that may run side by side. */
    parallelTools: z.number().int().positive(),
    /** After this long at work without getting anything done the execution ends as stalled; absent: never. */
    stallMs: z.number().positive().optional(),
  })
  .readonly();
/** What one execution may consume; fixed when the agent is spawned. */
export type AgentLimits = z.infer<typeof AgentLimits>;

/** Why a message of a seed was left out or mended. */
export const SeedProblem = z
  .object({
    where: z.string().describe("file or line"),
    reason: z.string(),
    action: z.enum(["dropped", "mended"]),
  })
  .readonly();
export type SeedProblem = z.infer<typeof SeedProblem>;

/** An agent's life outside its executions. */
export const agentEvents = {
  AGENT_SPAWNED: z.object({
    kind: AgentKind,
    lifetime: Lifetime,
    parentId: AgentId.nullable(),
    depth: z.number().int().nonnegative(),
    definitionId: z.string(),
    name: z.string().nullable(),
    label: z.string().nullable(),
    task: z.string().nullable(),
    batch: BatchPlace.nullable(),
    priority: z.number(),
    limits: AgentLimits,
    /** JSON Schema that the report's data must fit; null where any data will do. */
    reportSchema: JsonObjectSchema.nullable(),
    /** What it and everything below it may spend; absent: only what those above it may. */
    budget: Budget.optional(),
    /** The tool call that spawned it, where a model did. */
    callId: CallId.optional(),
    /** Tools (names, `prefix*`, `group:name`) that it may not have, nor what it spawns; absent: only what its definition says. */
    denied: z.array(z.string()).readonly().optional(),
    /** The only tools it may have of those that its definition gives it; absent: all of them. */
    allowed: z.array(z.string()).readonly().optional(),
    /** How much it is told before its conversation; absent: what its definition says. */
    profile: PromptProfile.optional(),
    /** Whose it is; absent where nobody was named. */
    owner: z.string().optional(),
    /** A person is told elsewhere when it has ended. */
    notify: z.literal(true).optional(),
  }),
  AGENT_SEEDED: z.object({
    source: z.string().describe("where the conversation came from, for people"),
    messages: z.array(Message).readonly(),
    problems: z.array(SeedProblem).readonly(),
  }),
  AGENT_OPENED: z.object({}),
  AGENT_CLOSED: z.object({
    cause: ExecutionCause,
    reason: z.string().optional(),
    /** What waits in its inbox stays there for when it is opened again; absent: it was discarded. */
    keepsInbox: z.literal(true).optional(),
    letterId: LetterId,
  }),
  /** A persistent worker that was closed takes inputs again, and goes on with those that it kept. */
  AGENT_REOPENED: z.object({ by: z.string(), letterId: LetterId }),
  /** It is left out of lists that are not asked for everything. Nothing else changes. */
  AGENT_DISMISSED: z.object({ by: z.string(), letterId: LetterId }),
  /** It is in no list any more, and its name is free. Its events stay. */
  AGENT_REMOVED: z.object({ by: z.string(), letterId: LetterId }),
} as const;
