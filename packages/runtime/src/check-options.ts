import { ColonyError } from "@colony/core";
import { z } from "zod";
import { MEMORY } from "./memory.ts";
import type { ColonyOptions } from "./options.ts";

/** What each setting may be, in words for whoever has to mend it. */
const EXPECTED = {
  "limits.concurrency": "a whole number from 1 to 100,000",
  "limits.maxDepth": "0 or 1: only the overseer spawns workers",
  "limits.shutdownGraceMs": "a number of milliseconds from 0 to 3,600,000",
  "limits.processGraceMs": "a number of milliseconds from 0 to 3,600,000",
  durability: '"full" or "normal"',
  takeOver: "true or false",
  dir: `a folder, or "${MEMORY}"`,
  workers: "an object of definitions by name",
  limits: "an object",
  logger: "a logger with debug, info, warn, error and child, such as createLogger() makes",
  store: "a store with log, snapshots and blobs",
  prices:
    "a function of a model's name and its usage, or an object of prices by model, each with inputUsd and outputUsd",
  budget: "an object with some of usd, tokens, toolCalls, workers, depth, wallMs",
  clock: "a clock with now, sleep and after",
  ids: "an id source with next",
  processes: "processes with spawn, stop and isAlive, or NO_PROCESSES",
  overseer: "an object with a model",
} as const;

const fn = z.custom<unknown>((value) => typeof value === "function");

const Price = z.strictObject({
  inputUsd: z.number().nonnegative(),
  cachedInputUsd: z.number().nonnegative().optional(),
  outputUsd: z.number().nonnegative(),
});

const Options = z.strictObject({
  dir: z
    .string()
    .refine((text) => text.trim() !== "")
    .optional(),
  overseer: z.looseObject({}),
  workers: z.record(z.string(), z.looseObject({})).optional(),
  limits: z
    .strictObject({
      concurrency: z.int().min(1).max(100_000).optional(),
      maxDepth: z.int().min(0).max(1).optional(),
      shutdownGraceMs: z.number().min(0).max(3_600_000).optional(),
      processGraceMs: z.number().min(0).max(3_600_000).optional(),
    })
    .optional(),
  logger: z.looseObject({ debug: fn, info: fn, warn: fn, error: fn, child: fn }).optional(),
  prices: z.union([fn, z.record(z.string(), Price)]).optional(),
  budget: z.looseObject({}).optional(),
  store: z
    .looseObject({ log: z.looseObject({}), snapshots: z.looseObject({}), blobs: z.looseObject({}) })
    .optional(),
  durability: z.enum(["full", "normal"]).optional(),
  takeOver: z.boolean().optional(),
  clock: z.looseObject({ now: fn, sleep: fn, after: fn }).optional(),
  ids: z.looseObject({ next: fn }).optional(),
  processes: z.looseObject({ spawn: fn, stop: fn, isAlive: fn }).optional(),
});

const OVERSEER_OPTIONS = new Set([
  "model",
  "models",
  "instructions",
  "tools",
  "limits",
  "hooks",
  "timeouts",
  "maxOutputTokens",
]);

const Model = z.object({ modelId: z.string(), provider: z.string(), doStream: fn });

/** What `defineWorker` makes. */
const Definition = z.object({
  tools: z.array(z.unknown()),
  fallbacks: z.array(z.unknown()),
  limits: z.object({}),
  lifetime: z.string(),
});

/** Throws `settings.invalid` with the first thing that is wrong. */
export function checkOptions(options: ColonyOptions): void {
  const checked = Options.safeParse(options);
  const [issue] = checked.error?.issues ?? [];
  if (issue !== undefined) throw wrong(options, issue);
  const unknown = Object.keys(options.overseer).find((name) => !OVERSEER_OPTIONS.has(name));
  if (unknown !== undefined)
    throw invalid(`there is no option overseer.${unknown}; there are: ${[...OVERSEER_OPTIONS].join(", ")}`);
  checkModels("overseer", options.overseer);
  for (const [name, definition] of Object.entries(options.workers ?? {})) {
    if (name.trim() === "") throw invalid("a worker definition has an empty name; name it by what it does");
    checkModels(name, definition);
    if (!Definition.safeParse(definition).success)
      throw invalid(
        `the worker definition "${name}" was not made by defineWorker; write defineWorker({ ... }) around it`,
      );
    if (definition.fallbacks.length > 0) checkModels(name, { models: definition.fallbacks });
  }
}

function checkModels(
  name: string,
  { model, models }: { readonly model?: unknown; readonly models?: unknown },
): void {
  const all: unknown[] = Array.isArray(models) ? models : [model];
  if (all.length === 0 || all.some((each) => !Model.safeParse(each).success))
    throw invalid(
      `the model of "${name}" is not a language model; give one of an @ai-sdk provider package or of @colony/offline`,
    );
}

function wrong(options: unknown, issue: z.core.$ZodIssue): ColonyError {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const where = path.length === 0 ? "" : `${path.join(".")}.`;
    const known =
      path.length === 0
        ? Options.keyof().options
        : ["concurrency", "maxDepth", "shutdownGraceMs", "processGraceMs"];
    return invalid(`there is no option ${where}${issue.keys[0] ?? ""}; there are: ${known.join(", ")}`);
  }
  for (let length = path.length; length > 0; length -= 1) {
    const name = path.slice(0, length).join(".");
    if (Object.hasOwn(EXPECTED, name))
      return invalid(
        `${name} is ${shown(valueAt(options, path.slice(0, length)))}; give ${EXPECTED[name as keyof typeof EXPECTED]}`,
      );
  }
  return invalid("the options are not an object; give at least dir and overseer");
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    value,
  );
}

/** A value in a sentence, short. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "a list" : "an object that will not do";
  if (typeof value === "function") return "a function";
  return JSON.stringify(value);
}

function invalid(message: string): ColonyError {
  return new ColonyError("settings.invalid", message);
}
