import { EVENT_CATALOGUE, InputId, TriggerId } from "@colony/core";
import type { Triggers } from "@colony/overseer";
import { z } from "zod";

/** What may be asked of triggers from beside. */
export const TRIGGER_LETTERS = [
  z.object({
    kind: z.literal("trigger_set"),
    data: EVENT_CATALOGUE.TRIGGER_SET.omit({ letterId: true }),
    replace: z.boolean(),
  }),
  z.object({ kind: z.literal("trigger_remove"), triggerId: TriggerId }),
  z.object({
    kind: z.literal("trigger_fire"),
    triggerId: TriggerId,
    inputId: InputId,
    body: z.string().optional(),
    idempotencyKey: z.string().optional(),
  }),
] as const;

type TriggerLetter = z.infer<(typeof TRIGGER_LETTERS)[number]>;

/** Does it. One that is met again after a crash is nothing new: the letter's id stands in the stream, or is the input's key. */
export async function doTrigger(triggers: Triggers, letter: TriggerLetter, letterId: string): Promise<void> {
  switch (letter.kind) {
    case "trigger_set":
      await triggers.set({ ...letter.data, letterId }, { replace: letter.replace });
      return;
    case "trigger_remove":
      await triggers.remove(letter.triggerId, letterId);
      return;
    case "trigger_fire":
      await triggers.fire({
        ...letter,
        body: letter.body,
        idempotencyKey: letter.idempotencyKey ?? letterId,
      });
  }
}
