import { requireOptions, requireValue } from "@colony/core";
import { z } from "zod";
import { SIGNAL } from "../call-options.ts";

const TARGET = z.union([z.string(), z.looseObject({ id: z.string() })]);

/** Holds whom to wait for. Throws `usage.invalid`. */
export function requireTargets(targets: unknown): void {
  requireValue(targets, {
    fits: z.array(TARGET),
    what: "whom to wait for",
    give: "a list of handles, ids or names of agents",
    code: "usage.invalid",
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
