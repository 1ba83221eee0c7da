import {
  ColonyError,
  DEFAULT_WORKER_LIMITS,
  RUNTIME_TOOLS,
  budgetProblem,
  jsonSchemaOf,
  requireOptions,
  shownValue,
  type AgentLimits,
  type Budget,
  type JsonObject,
  type Lifetime,
  type LimitOverrides,
  type Model,
  type PromptProfile,
  type Tool,
  type Usage,
} from "@colony/core";
import type { z } from "zod";
import type { HookRegistrar } from "./hooks/hooks.ts";
import { modelVersionProblem } from "./model/model-version.ts";
import { DEFAULT_MODEL_TIMEOUTS, type ModelTimeouts } from "./model/timeouts.ts";
import { profileProblem } from "./prompt/profile.ts";
import { requireComplete } from "./tools/complete-tool.ts";
import { requireReporting, type ToolSet } from "./tools/tool-set.ts";
import { WORKER_OPTIONS } from "./worker-options.ts";

/** What one model call cost in US dollars, or null where the price is not known. */
export type PriceOf = (model: string, usage: Omit<Usage, "costUsd">) => number | null;

/** The named template that agents are made from, with everything filled in. Made by `defineWorker`. */
export interface AgentDefinition {
  readonly model: Model;
  /** Asked in this order when the model before has failed for good. */
  readonly fallbacks: readonly Model[];
  readonly instructions: string;
  /** Where it works, in words; absent: it is told nothing of that. */
  readonly environment?: string;
  /** What else it should know: skills, ways of working. */
  readonly notes?: readonly string[];
  /** How much of this its agents are told; absent: `full`. */
  readonly profile?: PromptProfile;
  readonly tools: readonly Tool[];
  /** Which of these, and of those that the runtime adds, its agents may have; absent: all. */
  readonly toolSet?: ToolSet;
  readonly lifetime: Lifetime;
  readonly limits: AgentLimits;
  /** What it is for, in words for a model that chooses among definitions. */
  readonly description: string;
  /** Most of its workers at work at once; absent: only the colony's own cap counts. */
  readonly concurrency?: number;
  /** Shape of the data in its reports. */
  readonly report?: z.core.$ZodType;
  readonly reportSchema: JsonObject | null;
  readonly hooks?: HookRegistrar;
  readonly timeouts?: Partial<ModelTimeouts>;
  /** What each of its workers and everything below it may spend. */
  readonly budget?: Budget;
  /** Most tokens of one answer. */
  readonly maxOutputTokens?: number;
}

/** One of the two is required. */
export interface ModelChoice {
  readonly model?: Model;
  /** A chain: the next one is asked, for the rest of an execution, when one has failed for good. */
  readonly models?: readonly Model[];
}

/** How a worker definition is written. Only a model is required. */
export interface WorkerOptions extends ModelChoice {
  /** What the worker is told before its task. */
  readonly instructions?: string;
  /** Where it works, in words: a folder, a customer, today's date. Told with the colony's id and its level. */
  readonly environment?: string;
  /** Skills and ways of working, each a text of its own. */
  readonly notes?: readonly string[];
  /** How much its agents are told before their task; default `full`. */
  readonly profile?: PromptProfile;
  readonly description?: string;
  readonly tools?: readonly Tool[];
  /** Which tools its agents may have, of `tools` and of those that the runtime adds; default: all. */
  readonly toolSet?: ToolSet;
  /** Default `ephemeral`. */
  readonly lifetime?: Lifetime;
  /** A schema of zod, or of zod/mini, that the data of its reports must fit. A worker that ends without such a report is `partial`. */
  readonly report?: z.core.$ZodType;
  /**
   * Of one execution. `stallMs`, after which one that gets nothing done is given up, is by default a minute longer than
   * the longest wait with a bound of its own (`timeouts`, `timeoutMs` of a tool), so that those come first.
   */
  readonly limits?: LimitOverrides;
  readonly concurrency?: number;
  readonly hooks?: HookRegistrar;
  readonly timeouts?: Partial<ModelTimeouts>;
  /** What each of its workers and everything below it may spend, within what those above it may. */
  readonly budget?: Budget;
  /** Most tokens of one answer; default 8,192 where a budget of money or tokens has to hold, else the provider's. */
  readonly maxOutputTokens?: number;
}

/**
 * Makes a worker definition. Throws `definition.invalid` for options that there are not or that have a wrong value, for
 * tools that share a name or go by one of the runtime's own, and for limits out of range.
 */
export function defineWorker(options: WorkerOptions): AgentDefinition {
  requireOptions(options, WORKER_OPTIONS, {
    code: "definition.invalid",
    whole: "a worker definition is made from an object; give at least a model",
    of: "a worker definition",
  });
  const [model, ...fallbacks] = modelsOf(options);
  const { instructions = "", description = "", tools = [], lifetime = "ephemeral", report } = options;
  const { environment, notes, profile, toolSet } = options;
  const odd = profile === undefined ? undefined : profileProblem(profile, "profile");
  if (odd !== undefined) throw new ColonyError("definition.invalid", odd);
  if (toolSet !== undefined) requireReporting(toolSet, "toolSet", "definition.invalid");
  const names = new Set<string>();
  for (const { name } of tools) {
    if (RUNTIME_TOOLS.has(name))
      throw new ColonyError(
        "definition.invalid",
        `the tool name "${name}" is the runtime's own; choose another name`,
      );
    if (names.has(name))
      throw new ColonyError("definition.invalid", `two tools are named "${name}"; a name may be used once`);
    names.add(name);
  }
  for (const tool of tools) requireComplete(tool);
  const wrong = options.budget === undefined ? undefined : budgetProblem(options.budget);
  if (wrong !== undefined) throw new ColonyError("definition.invalid", wrong);
  const timeouts = options.timeouts === undefined ? undefined : given(options.timeouts);
  return {
    model,
    fallbacks,
    instructions,
    description,
    tools: [...tools],
    lifetime,
    limits: withLimits(
      { ...DEFAULT_WORKER_LIMITS, stallMs: stallMsOf(tools, timeouts ?? {}) },
      options.limits ?? {},
    ),
    reportSchema: report === undefined ? null : jsonSchemaOf(report, "the report"),
    ...(environment === undefined ? {} : { environment }),
    ...(notes === undefined ? {} : { notes: [...notes] }),
    ...(profile === undefined ? {} : { profile }),
    ...(toolSet === undefined ? {} : { toolSet }),
    ...(report === undefined ? {} : { report }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(options.maxOutputTokens === undefined ? {} : { maxOutputTokens: options.maxOutputTokens }),
  };
}

function modelsOf({ model, models }: ModelChoice): readonly [Model, ...Model[]] {
  const [first, ...rest] = models ?? [model];
  if (first === undefined || (model !== undefined && models !== undefined))
    throw new ColonyError(
      "definition.invalid",
      `a definition needs a model; give either "model", or "models" with those to fall back on`,
    );
  const all = [first, ...rest.filter((each) => each !== undefined)] as const;
  for (const each of all) {
    const problem = modelVersionProblem(each);
    if (problem !== undefined) throw new ColonyError("definition.invalid", problem);
  }
  return all;
}

/** Without the members that say nothing: they must not stand before defaults. */
function given<Bag extends object>(bag: Bag): { readonly [K in keyof Bag]?: Exclude<Bag[K], undefined> } {
  return Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof Bag]?: Exclude<Bag[K], undefined>;
  };
}

const STALL_MARGIN_MS = 60_000;

/** Longer than anything that a worker waits for may take by its own bound. */
function stallMsOf(tools: readonly Tool[], timeouts: Partial<ModelTimeouts>): number {
  const { firstTokenMs, idleMs } = { ...DEFAULT_MODEL_TIMEOUTS, ...timeouts };
  return STALL_MARGIN_MS + Math.max(firstTokenMs, idleMs, ...tools.map(({ timeoutMs }) => timeoutMs));
}

/** Limits with some of them replaced. A soft wall limit alone moves the hard one along. */
export function withLimits(limits: AgentLimits, overrides: LimitOverrides): AgentLimits {
  // Held before anything is counted with them.
  for (const [name, value] of Object.entries(given(overrides))) if (LIMITS.has(name)) check(name, value);
  const moved =
    overrides.softWallMs !== undefined && overrides.hardWallMs === undefined
      ? { hardWallMs: overrides.softWallMs + (limits.hardWallMs - limits.softWallMs) }
      : {};
  const merged: AgentLimits = { ...limits, ...moved, ...given(overrides) };
  for (const [name, value] of Object.entries(merged)) if (value !== undefined) check(name, value);
  const unknown = Object.keys(merged).find((name) => !LIMITS.has(name));
  if (unknown !== undefined)
    throw new ColonyError(
      "definition.invalid",
      `there is no limit ${shownValue(unknown)}; there are: ${[...LIMITS].join(", ")}`,
    );
  const { softWallMs, hardWallMs } = overrides;
  if (softWallMs !== undefined && hardWallMs !== undefined && softWallMs > hardWallMs)
    throw new ColonyError(
      "definition.invalid",
      `limit softWallMs is ${softWallMs} and hardWallMs ${hardWallMs}; the hard limit ends what the soft one asks to come to an end, so give it a later time`,
    );
  return merged;
}

const LIMITS: ReadonlySet<string> = new Set([...Object.keys(DEFAULT_WORKER_LIMITS), "stallMs"]);
const COUNTS = new Set(["iterations", "toolCalls", "parallelTools"]);

function check(name: string, value: unknown): void {
  const least = name === "toolCalls" ? 0 : 1;
  if (
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= least &&
    (!COUNTS.has(name) || Number.isInteger(value))
  )
    return;
  const what = COUNTS.has(name) ? "whole number" : "number";
  throw new ColonyError(
    "definition.invalid",
    `limit ${name} is ${shownValue(value)}; it must be a ${what} from ${least} to ${Number.MAX_SAFE_INTEGER}`,
  );
}
