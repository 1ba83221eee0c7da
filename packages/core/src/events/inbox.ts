import { z } from "zod";
import { InputId, TriggerId } from "../ids.ts";
import { FilePart } from "../messages/message.ts";

/** What an input is. Reports are not here: a child's SUBAGENT_REPORT is itself the input. */
export const InputKind = z.enum(["chat", "correction", "answer", "trigger", "system"]);
export type InputKind = z.infer<typeof InputKind>;

/** `queue`: after this execution. `steer`: at its next model call. `interrupt`: abort what runs, then this first. */
export const InputMode = z.enum(["queue", "steer", "interrupt"]);
export type InputMode = z.infer<typeof InputMode>;

/** What arrives for an agent, and what becomes of it. */
export const inboxEvents = {
  INPUT_RECEIVED: z.object({
    inputId: InputId,
    kind: InputKind,
    mode: InputMode,
    /** Who sent it: `user`, an agent's id, or a part of the runtime such as `limits`. */
    from: z.string(),
    text: z.string(),
    files: z.array(FilePart).readonly().optional(),
    idempotencyKey: z.string().optional(),
    /** On whose behalf, where the sender was told from others. */
    principal: z.string().optional(),
    /** What has sent it, where a trigger has. */
    trigger: z
      .object({
        id: TriggerId,
        version: z.number().int().describe("of the colony's stream at which the trigger was set"),
        dueAt: z.number().describe("epoch ms"),
        late: z.literal(true).optional(),
      })
      .optional(),
  }),
  /** The inputs are in the conversation now: the MESSAGE_APPENDED of the same commit holds their words. */
  INPUT_DELIVERED: z.object({ inputIds: z.array(InputId).min(1).readonly() }),
  INPUT_DISCARDED: z.object({ inputId: InputId, reason: z.string() }),
} as const;
