import { z } from "zod";
import { AgentId, CallId } from "../ids.ts";
import { JsonValueSchema } from "../json.ts";
import { LetterId } from "./letter-id.ts";

/** Most questions of one call. */
export const MAX_QUESTIONS = 8;

export const Question = z
  .object({
    /** Unique in its call; what an answer names. */
    id: z.string().min(1).max(64),
    text: z.string().min(1).max(4_000),
    /** What to choose from; absent: any text will do. */
    options: z.array(z.string().min(1).max(500)).min(1).max(20).readonly().optional(),
    /** Whether a text that is none of the options is an answer too. Default: true. */
    freeform: z.boolean().optional(),
    /** What counts as the answer where nobody gave one in time. */
    default: z.string().min(1).max(4_000).optional(),
  })
  .readonly();
/** Something that an agent wants to know before it goes on. */
export type Question = z.infer<typeof Question>;

export const Answers = z.record(z.string(), z.string()).readonly();
/** Answers by the ids of their questions. */
export type Answers = z.infer<typeof Answers>;

export const ApprovalScope = z.enum(["worker", "tool"]);
/** How far an approval reaches: this agent's calls of the tool from now on, or everybody's. */
export type ApprovalScope = z.infer<typeof ApprovalScope>;

/** What a call waits for from people, and what they said. */
export const requestEvents = {
  /** The call's outcome is the answers; until all are there, it waits. */
  QUESTION_ASKED: z.object({
    callId: CallId,
    name: z.string(),
    questions: z.array(Question).min(1).max(MAX_QUESTIONS).readonly(),
    /** The agent that is asked; for it this is an input. Null: the person. */
    to: AgentId.nullable(),
    /** Epoch milliseconds after which defaults count, and what has none stays without an answer; null: never. */
    expiresAt: z.number().nullable(),
  }),
  /** Some of the questions or all of them. */
  QUESTION_ANSWERED: z.object({
    callId: CallId,
    answers: Answers,
    /** `user`, an agent's id, or `expiry`. */
    by: z.string(),
    letterId: LetterId,
  }),
  /** The tool wants a person's word before it runs with this input. */
  APPROVAL_REQUESTED: z.object({ callId: CallId, name: z.string(), input: JsonValueSchema }),
  APPROVAL_RESOLVED: z.object({
    callId: CallId,
    name: z.string(),
    decision: z.enum(["approved", "denied"]),
    by: z.string(),
    reason: z.string().nullable(),
    /** The input that it runs with instead of what the model gave. */
    input: JsonValueSchema.optional(),
    /** Absent: this call only. With `tool` it concerns the colony, as TOOL_APPROVAL_SET does. */
    always: ApprovalScope.optional(),
    letterId: LetterId,
  }),
} as const;
