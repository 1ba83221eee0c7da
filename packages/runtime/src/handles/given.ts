import { requireOptions, type OptionTable } from "@colony/core";
import { z } from "zod";
import { SIGNAL } from "../call-options.ts";

const TARGETS: OptionTable = {
  targets: {
    fits: z.array(z.union([z.string(), z.looseObject({ id: z.string() })])),
    give: "a list of handles, ids or names of agents",
    required: true,
  },
};

/** Holds whom to wait for. Throws `usage.invalid`. */
export function requireTargets(targets: unknown): void {
  requireOptions({ targets }, TARGETS, {
    code: "usage.invalid",
    whole: "whom to wait for is not said; give a list of handles, ids or names of agents",
    of: "waitFor",
  });
}

/** Holds how to wait for agents. Throws `usage.invalid`. */
export function requireWaitForAgents(options: unknown): void {
  requireOptions(
    options,
    {
      // Held by who waits.
      timeoutMs: { fits: z.unknown(), give: "a number of milliseconds" },
      until: { fits: z.enum(["all", "any"]), give: '"all" or "any"' },
      signal: SIGNAL,
    },
    {
      code: "usage.invalid",
      whole: "the options of waitFor are no object; leave them out, or give one",
      of: "waitFor",
    },
  );
}
