import { Lifetime, type OptionTable } from "@colony/core";
import { z } from "zod";
import { TOOL_SET_OPTIONS } from "./tools/tool-set.ts";

const fn = z.custom<unknown>((value) => typeof value === "function");

const MODEL = z.looseObject({ modelId: z.string(), provider: z.string(), doStream: fn });
const GIVE_MODEL = "a language model of an @ai-sdk provider package or of @colony/offline";

const silence = z.number().min(1).max(Number.MAX_SAFE_INTEGER);
const GIVE_SILENCE = `a number of milliseconds from 1 to ${Number.MAX_SAFE_INTEGER}`;

/** What may be said of any agent, overseer or worker. Which limits there are is `withLimits`' to say. */
export const AGENT_OPTIONS = {
  model: { fits: MODEL, give: GIVE_MODEL },
  models: { fits: z.array(MODEL), give: `a list, each of it ${GIVE_MODEL}` },
  instructions: { fits: z.string(), give: "a text" },
  tools: {
    fits: z.array(z.looseObject({ name: z.string(), validate: fn, run: fn })),
    give: "a list of tools, each made by defineTool({ ... })",
  },
  environment: { fits: z.string(), give: "a text" },
  notes: { fits: z.array(z.string()), give: "a list of texts" },
  // Which there are, is `profileProblem`'s to say.
  profile: { fits: z.unknown(), give: "the name of a profile, or an object with sections" },
  toolSet: {
    fits: z.looseObject({}),
    give: "an object with some of allow, deny, groups",
    options: TOOL_SET_OPTIONS,
  },
  limits: {
    fits: z.looseObject({}),
    give: "an object with some of iterations, toolCalls, softWallMs, hardWallMs, parallelTools, stallMs",
  },
  hooks: { fits: fn, give: "a function that is given the hooks to listen to" },
  timeouts: {
    fits: z.looseObject({}),
    give: "an object with firstTokenMs, idleMs or both",
    options: {
      firstTokenMs: { fits: silence, give: GIVE_SILENCE },
      idleMs: { fits: silence, give: GIVE_SILENCE },
    },
  },
  maxOutputTokens: { fits: z.int().min(1), give: "a whole number from 1" },
} as const satisfies OptionTable;

/** What may be said of a worker. What a budget may be is `budgetProblem`'s to say. */
export const WORKER_OPTIONS = {
  ...AGENT_OPTIONS,
  description: { fits: z.string(), give: "a text" },
  lifetime: { fits: Lifetime, give: '"ephemeral" or "persistent"' },
  report: { fits: z.custom<unknown>((value) => value instanceof z.core.$ZodType), give: "a zod schema" },
  concurrency: { fits: z.int().min(1), give: "a whole number from 1" },
  budget: { fits: z.unknown(), give: "an object" },
} as const satisfies OptionTable;
