import { requireOptions, requireValue, type OptionTable } from "@colony/core";
import { z } from "zod";

/** Most bytes of what a webhook is sent. */
const MOST_BODY_BYTES = 65_536;
const MOST_KEY_CHARACTERS = 500;

const FIRE: OptionTable = {
  // Whether it is the right one is asked in one place, and answered in one way.
  token: { fits: z.unknown(), give: "the webhook's token" },
  body: {
    fits: z.string().refine((text) => Buffer.byteLength(text) <= MOST_BODY_BYTES),
    give: `a text of at most ${MOST_BODY_BYTES} bytes`,
  },
  idempotencyKey: {
    fits: z.string().min(1).max(MOST_KEY_CHARACTERS),
    give: `a text of 1 to ${MOST_KEY_CHARACTERS} characters`,
  },
};

/** Holds what names a trigger. Throws `trigger.invalid`. */
export function requireTriggerId(id: unknown): void {
  requireValue(id, {
    fits: z.string(),
    what: "the trigger that is meant",
    give: "the id of a trigger",
    code: "trigger.invalid",
  });
}

/** Holds how a trigger is fired. Throws `trigger.invalid`. */
export function requireFire(options: unknown): void {
  requireOptions(options, FIRE, {
    code: "trigger.invalid",
    whole: "the options of fire are no object; leave them out, or give one",
    of: "fire",
  });
}
