import { ToolEffect, requireValue, type Tool } from "@colony/core";
import { z } from "zod";

/** The longest that timers can wait. Milliseconds. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** What `defineTool` fills in or makes sure of, and a tool that was written by hand has to bring along. */
const MEMBERS = {
  description: { fits: z.string(), give: "a text that tells a model what it is for" },
  inputSchema: { fits: z.looseObject({}), give: "a JSON Schema of an object" },
  effect: { fits: ToolEffect, give: ToolEffect.options.map((effect) => `"${effect}"`).join(", ") },
  timeoutMs: {
    fits: z.number().gt(0).max(LONGEST_TIMEOUT_MS),
    give: `a number of milliseconds of more than 0 and at most ${LONGEST_TIMEOUT_MS}`,
  },
} as const;

/** Throws `definition.invalid` for a tool that lacks what agents need of it. */
export function requireComplete(tool: Tool): void {
  for (const [name, { fits, give }] of Object.entries(MEMBERS))
    requireValue(tool[name as keyof typeof MEMBERS], {
      fits,
      give: `${give}, or make the tool with defineTool({ ... })`,
      what: `${name} of tool "${tool.name}"`,
      code: "definition.invalid",
    });
}
