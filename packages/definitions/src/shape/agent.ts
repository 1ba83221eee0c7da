import { Lifetime, type JsonObject, type Model, type Tool } from "@colony/core";
import type { AgentDefinition } from "@colony/worker";
import { z } from "zod";
import { section } from "./key.ts";
import { count, number, span, text, texts, words } from "./values.ts";

const fn = z.custom<unknown>((value) => typeof value === "function");
const isModel = z.looseObject({ modelId: z.string(), provider: z.string(), doStream: fn });
const isTool = z.looseObject({ name: z.string(), validate: fn, run: fn });

/** A model by its name; programs may give the model itself. */
export type ModelRef = string | Model;
/** A tool, or several, by name; programs may give the tool itself. */
export type ToolRef = string | Tool;

const GIVE_MODEL = "the name of a model, such as openai/gpt-5";
const model: z.ZodType<ModelRef> = z.union(
  [words(GIVE_MODEL), z.custom<Model>((value) => isModel.safeParse(value).success)],
  GIVE_MODEL,
);
const GIVE_TOOL = "the name of a tool or a group of tools, such as workspace, read_file or mcp:server/*";
const tool: z.ZodType<ToolRef> = z.union(
  [words(GIVE_TOOL), z.custom<Tool>((value) => isTool.safeParse(value).success)],
  GIVE_TOOL,
);

const limits = section({
  iterations: count(1).optional(),
  toolCalls: count(0).optional(),
  softWall: span(1).optional(),
  hardWall: span(1).optional(),
  parallelTools: count(1).optional(),
  stall: span(1).optional(),
});

/** What a tree of agents may spend. */
export const budget = section({
  usd: number(z.number().min(0), "a number of US dollars from 0").optional(),
  tokens: count(0).optional(),
  toolCalls: count(0).optional(),
  workers: count(0).optional(),
  wall: span().optional(),
  depth: count(0).optional(),
});

const entries = texts(
  'a list of names of tools, such as "read_file", "read_*" or "group:delegation"',
).optional();

const agent = {
  model: model.optional(),
  models: z.array(model, "a list of names of models").min(1, "a list of at least one model").optional(),
  instructions: text().optional(),
  instructionsFile: words("the path of a file").optional(),
  environment: text().optional(),
  notes: texts("a list of texts").optional(),
  /** Which there are, is said where a definition is made of it. */
  profile: z.union([z.string(), z.record(z.string(), z.unknown())], "the name of a profile").optional(),
  tools: z.array(tool, "a list of names of tools").optional(),
  toolSet: section({ allow: entries, deny: entries, groups: entries }).optional(),
  limits: limits.optional(),
  timeouts: section({ firstToken: span(1).optional(), idle: span(1).optional() }).optional(),
  maxOutputTokens: count(1).optional(),
};

/** The one who is talked to. */
export const overseer = section(agent);

const declared = section({
  ...agent,
  description: text().optional(),
  lifetime: z.enum(Lifetime.options, '"ephemeral" or "persistent"').optional(),
  concurrency: count(1).optional(),
  budget: budget.optional(),
  /** Whether it is one that can be checked is said where it is made to check. */
  report: z
    .union(
      [
        z.record(z.string(), z.json()) as unknown as z.ZodType<JsonObject>,
        z.custom<z.ZodType>((value) => value instanceof z.ZodType),
      ],
      "a JSON Schema, such as {type: object, properties: ...}",
    )
    .optional(),
});

/** A worker; programs may give what `defineWorker` has made. */
export const worker = z.unknown().transform((value, context): z.infer<typeof declared> | AgentDefinition => {
  if (isDefinition(value)) return value;
  const parsed = declared.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.addIssue({ ...issue });
  return z.NEVER;
});

/** Whether it is what `defineWorker` has made. */
export function isDefinition(value: unknown): value is AgentDefinition {
  return typeof value === "object" && value !== null && "fallbacks" in value && "reportSchema" in value;
}

/** An agent as a file declares it. */
export type DeclaredAgent = z.infer<typeof overseer>;
/** A worker as a file declares it. */
export type DeclaredWorker = z.infer<typeof declared>;
export type DeclaredBudget = z.infer<typeof budget>;
