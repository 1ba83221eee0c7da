import { z } from "zod";
import { AgentId, InputId, TriggerId } from "../ids.ts";
import { InputMode } from "./inbox.ts";
import { LetterId } from "./letter-id.ts";

/** When a trigger comes due. */
export const Schedule = z.discriminatedUnion("kind", [
  /** Five fields, or six with seconds first, on the clocks of a time zone of the IANA database. */
  z.object({ kind: z.literal("cron"), pattern: z.string(), zone: z.string() }),
  /** At the anchor and every so many milliseconds before and after it. */
  z.object({
    kind: z.literal("interval"),
    everyMs: z.number().int().positive(),
    anchor: z.number().describe("epoch ms"),
  }),
  z.object({ kind: z.literal("once"), at: z.number().describe("epoch ms") }),
  /** When somebody who has its token says so; the token itself is kept nowhere. */
  z.object({ kind: z.literal("webhook"), tokenSha256: z.string() }),
]);
export type Schedule = z.infer<typeof Schedule>;

/** What becomes of due times at which nobody was there: none, one for all of them, or each (of the newest 100). */
export const MissedPolicy = z.enum(["skip", "once", "all"]);
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** When it comes due next, in epoch milliseconds; null: by itself never (again). */
const NextAt = z.number().nullable();

/** What happens to triggers; all of these stand in the stream `colony`. Their inputs stand in the streams of their agents. */
export const triggerEvents = {
  /** Also in place of an earlier one of that id, of which nothing is left then but what it has sent. */
  TRIGGER_SET: z.object({
    triggerId: TriggerId,
    schedule: Schedule,
    /** Who gets its inputs. */
    agentId: AgentId,
    text: z.string(),
    mode: InputMode,
    missed: MissedPolicy,
    nextAt: NextAt,
    letterId: LetterId,
  }),
  /** Its input is in the agent's inbox. */
  TRIGGER_FIRED: z.object({
    triggerId: TriggerId,
    agentId: AgentId,
    inputId: InputId,
    /** The time that it came due at; where somebody fired it, when that was. */
    dueAt: z.number(),
    /** Nobody was there when it came due: it was made up for. */
    late: z.literal(true).optional(),
    /** Absent where it was fired by somebody, and its schedule goes on as it was. */
    nextAt: NextAt.optional(),
  }),
  /** Due times that it did not fire for. */
  TRIGGER_MISSED: z.object({
    triggerId: TriggerId,
    count: z.number().int().positive(),
    /** There were more; they were not counted. */
    more: z.literal(true).optional(),
    firstAt: z.number(),
    lastAt: z.number(),
    nextAt: NextAt,
  }),
  /** Its agent takes no inputs: it waits, and is not tried again before its agent does. */
  TRIGGER_FAILED: z.object({
    triggerId: TriggerId,
    agentId: AgentId,
    dueAt: z.number(),
    code: z.string(),
    message: z.string(),
  }),
  TRIGGER_REMOVED: z.object({ triggerId: TriggerId, letterId: LetterId }),
} as const;
