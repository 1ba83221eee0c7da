import { ColonyError, requireOptions, shownValue, type Model, type OptionTable } from "@colony/core";
import { AGENT_OPTIONS, WORKER_OPTIONS, modelVersionProblem } from "@colony/worker";
import { z } from "zod";
import { PRINCIPAL_ID } from "./access/principal.ts";
import { MEMORY } from "./memory.ts";
import type { ColonyOptions } from "./options.ts";
import { PRICES } from "./prices.ts";

const fn = z.custom<unknown>((value) => typeof value === "function");

/** Something that somebody else has made, with what is asked of it here. */
function port(...calls: readonly string[]): z.ZodType {
  return z.looseObject(Object.fromEntries(calls.map((name) => [name, fn])));
}

/** Deeper than anybody needs, and shallow enough for whoever has to follow what is going on. */
const MAX_DEPTH = 16;

const grace = z.number().min(0).max(3_600_000);
const GIVE_GRACE = "a number of milliseconds from 0 to 3,600,000";

/** Infinity is no number to zod. */
const SPAN = {
  fits: z.custom<unknown>((value) => typeof value === "number" && value >= 0),
  give: "a number of milliseconds from 0, or Infinity",
};

/** Each setting, and in words what it may be, for whoever has to mend it. */
const SETTINGS: OptionTable = {
  dir: { fits: z.string().refine((text) => text.trim() !== ""), give: `a folder, or "${MEMORY}"` },
  // Its own are looked at behind the others.
  overseer: { fits: z.looseObject({}), give: "an object with a model", required: true },
  workers: { fits: z.record(z.string(), z.unknown()), give: "an object of definitions by name" },
  limits: {
    fits: z.looseObject({}),
    give: "an object",
    options: {
      concurrency: { fits: z.int().min(1).max(100_000), give: "a whole number from 1 to 100,000" },
      maxDepth: {
        fits: z.int().min(0).max(MAX_DEPTH),
        give: `a whole number from 0 to ${MAX_DEPTH}: how deep workers may stand; 1 is the overseer's own`,
      },
      retentionMs: SPAN,
      shutdownGraceMs: { fits: grace, give: GIVE_GRACE },
      processGraceMs: { fits: grace, give: GIVE_GRACE },
      notifyTimeoutMs: {
        fits: z.number().min(1).max(3_600_000),
        give: "a number of milliseconds from 1 to 3,600,000",
      },
    },
  },
  owner: PRINCIPAL_ID,
  access: { fits: fn, give: "a function of a principal, an action and what it is done with" },
  notifier: {
    fits: port("notify"),
    give: "a notifier with notify, such as logNotifier(logger)",
  },
  retention: {
    fits: z.looseObject({}),
    give: "an object with some of keepMs and prune",
    options: {
      keepMs: SPAN,
      prune: { fits: z.enum(["never", "events"]), give: '"never" or "events"' },
    },
  },
  logger: {
    fits: port("debug", "info", "warn", "error", "child"),
    give: "a logger with debug, info, warn, error and child, such as createLogger() makes",
  },
  prices: PRICES,
  // What may stand in it, and with which models, is for those who hold to it.
  budget: {
    fits: z.looseObject({}),
    give: "an object with some of usd, tokens, toolCalls, workers, depth, wallMs",
  },
  store: {
    fits: z.looseObject({
      log: port("append", "read", "onAppended", "head", "close"),
      snapshots: port("save", "completeTo", "list", "visit", "get", "clear"),
      blobs: port("put", "get"),
      drafts: port("list", "change").optional(),
    }),
    give: "a store with log, snapshots and blobs, such as those that @colony/eventbus makes in memory",
  },
  durability: { fits: z.enum(["full", "normal"]), give: '"full" or "normal"' },
  takeOver: { fits: z.boolean(), give: "true or false" },
  clock: {
    fits: port("now", "sleep", "after"),
    give: "a clock with now, sleep and after",
  },
  ids: { fits: port("next"), give: "an id source with next" },
  processes: {
    fits: port("spawn", "stop", "isAlive"),
    give: "processes with spawn, stop and isAlive, or NO_PROCESSES",
  },
};

const { model, models, ...OTHERS } = AGENT_OPTIONS;

/** Which model it has is said of overseer and workers alike. */
const OVERSEER: OptionTable = {
  model: { ...model, fits: z.unknown() },
  models: { ...models, fits: z.unknown() },
  ...OTHERS,
};

/** What `defineWorker` makes. */
const Definition = z.looseObject({
  tools: z.array(z.unknown()),
  fallbacks: z.array(z.unknown()),
  limits: z.looseObject({}),
  lifetime: WORKER_OPTIONS.lifetime.fits,
  concurrency: WORKER_OPTIONS.concurrency.fits.optional(),
});

/** Throws `settings.invalid` with the first thing that is wrong. */
export function checkOptions(options: ColonyOptions): void {
  const whole = "the options are not an object; give at least dir and overseer";
  requireOptions(options, SETTINGS, { code: "settings.invalid", whole });
  requireOptions(options.overseer, OVERSEER, { code: "settings.invalid", whole, before: "overseer." });
  checkModels("overseer", options.overseer);
  for (const [name, definition] of Object.entries<unknown>(options.workers ?? {})) {
    if (name.trim() === "") throw invalid("a worker definition has an empty name; name it by what it does");
    checkDefinition(name, definition);
  }
}

function checkDefinition(name: string, definition: unknown): void {
  if (typeof definition !== "object" || definition === null)
    throw invalid(
      `the worker definition ${shownValue(name)} is ${shownValue(definition)}; write defineWorker({ ... }) around its options`,
    );
  checkModels(name, definition);
  const made = Definition.safeParse(definition);
  if (!made.success)
    throw invalid(
      `the worker definition "${name}" was not made by defineWorker; write defineWorker({ ... }) around it`,
    );
  const { fallbacks } = made.data;
  if (fallbacks.length > 0) checkModels(name, { models: fallbacks });
}

function checkModels(name: string, given: { readonly model?: unknown; readonly models?: unknown }): void {
  const problem = modelProblem(name, given);
  if (problem !== undefined) throw invalid(problem);
}

function modelProblem(
  name: string,
  given: { readonly model?: unknown; readonly models?: unknown },
): string | undefined {
  const none = `the model of "${name}" is not a language model; give one of an @ai-sdk provider package or of @colony/offline`;
  try {
    const all: readonly unknown[] = Array.isArray(given.models)
      ? given.models
      : [given.models ?? given.model];
    if (all.length === 0 || !all.every(isModel)) return none;
    return all.map(modelVersionProblem).find((problem) => problem !== undefined);
  } catch {
    // What throws when it is looked at is none.
    return none;
  }
}

function isModel(given: unknown): given is Model {
  return model.fits.safeParse(given).success;
}

function invalid(message: string): ColonyError {
  return new ColonyError("settings.invalid", message);
}
