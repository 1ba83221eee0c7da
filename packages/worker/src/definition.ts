import {
  ColonyError,
  DEFAULT_WORKER_LIMITS,
  budgetProblem,
  jsonSchemaOf,
  type AgentLimits,
  type Budget,
  type JsonObject,
  type Lifetime,
  type LimitOverrides,
  type Model,
  type Tool,
  type Usage,
} from "@colony/core";
import type { z } from "zod";
import type { HookRegistrar } from "./hooks/hooks.ts";
import { DEFAULT_MODEL_TIMEOUTS, type ModelTimeouts } from "./model/timeouts.ts";

/** What one model call cost in US dollars, or null where the price is not known. */
export type PriceOf = (model: string, usage: Omit<Usage, "costUsd">) => number | null;

/** The named template that agents are made from, with everything filled in. Made by `defineWorker`. */
export interface AgentDefinition {
  readonly model: Model;
  /** Asked in this order when the model before has failed for good. */
  readonly fallbacks: readonly Model[];
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly lifetime: Lifetime;
  readonly limits: AgentLimits;
  /** What it is for, in words for a model that chooses among definitions. */
  readonly description: string;
  /** Most of its workers at work at once; absent: only the colony's own cap counts. */
  readonly concurrency?: number;
  /** Shape of the data in its reports. */
  readonly report?: z.ZodType;
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
  readonly description?: string;
  readonly tools?: readonly Tool[];
  /** Default `ephemeral`. */
  readonly lifetime?: Lifetime;
  /** A zod schema that the data of its reports must fit. A worker that ends without such a report is `partial`. */
  readonly report?: z.ZodType;
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

/** Names that the runtime gives to tools of its own. */
const RESERVED = new Set(["report_to_parent"]);

/** Makes a worker definition. Throws `definition.invalid` for tools that share a name and for limits out of range. */
export function defineWorker(options: WorkerOptions): AgentDefinition {
  const [model, ...fallbacks] = modelsOf(options);
  const { instructions = "", description = "", tools = [], lifetime = "ephemeral", report } = options;
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined)
    throw new ColonyError(
      "definition.invalid",
      `there is no option ${JSON.stringify(unknown)} of a worker definition; there are: ${[...OPTIONS].join(", ")}`,
    );
  const names = new Set<string>();
  for (const tool of tools) {
    const { name } = tool;
    if (typeof (tool.validate as unknown) !== "function")
      throw new ColonyError(
        "definition.invalid",
        `the tool ${JSON.stringify(name)} was not made by defineTool; write defineTool({ ... }) around it`,
      );
    if (RESERVED.has(name))
      throw new ColonyError(
        "definition.invalid",
        `the tool name "${name}" is the runtime's own; choose another name`,
      );
    if (names.has(name))
      throw new ColonyError("definition.invalid", `two tools are named "${name}"; a name may be used once`);
    names.add(name);
  }
  checkBudget(options);
  return {
    model,
    fallbacks,
    instructions,
    description,
    tools: [...tools],
    lifetime,
    limits: withLimits({ ...DEFAULT_WORKER_LIMITS, stallMs: stallMsOf(options) }, options.limits ?? {}),
    reportSchema: report === undefined ? null : jsonSchemaOf(report, "the report"),
    ...(report === undefined ? {} : { report }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
    ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(options.maxOutputTokens === undefined ? {} : { maxOutputTokens: options.maxOutputTokens }),
  };
}

const OPTIONS: ReadonlySet<string> = new Set<keyof WorkerOptions>([
  "model",
  "models",
  "instructions",
  "description",
  "tools",
  "lifetime",
  "report",
  "limits",
  "concurrency",
  "hooks",
  "timeouts",
  "budget",
  "maxOutputTokens",
]);

function modelsOf({ model, models }: ModelChoice): readonly [Model, ...Model[]] {
  const [first, ...rest] = models ?? [model];
  if (first === undefined || (model !== undefined && models !== undefined))
    throw new ColonyError(
      "definition.invalid",
      `a definition needs a model; give either "model", or "models" with those to fall back on`,
    );
  return [first, ...rest.filter((each) => each !== undefined)];
}

function checkBudget({ budget, maxOutputTokens }: Pick<WorkerOptions, "budget" | "maxOutputTokens">): void {
  const wrong = budget === undefined ? undefined : budgetProblem(budget);
  if (wrong !== undefined) throw new ColonyError("definition.invalid", wrong);
  if (maxOutputTokens !== undefined && !(Number.isInteger(maxOutputTokens) && maxOutputTokens > 0))
    throw new ColonyError(
      "definition.invalid",
      `maxOutputTokens is ${maxOutputTokens}; it must be a whole number from 1`,
    );
}

const STALL_MARGIN_MS = 60_000;

/** Longer than anything that a worker waits for may take by its own bound. */
function stallMsOf({ tools = [], timeouts = {} }: Pick<WorkerOptions, "tools" | "timeouts">): number {
  const { firstTokenMs, idleMs } = { ...DEFAULT_MODEL_TIMEOUTS, ...timeouts };
  return STALL_MARGIN_MS + Math.max(firstTokenMs, idleMs, ...tools.map(({ timeoutMs }) => timeoutMs));
}

/** Limits with some of them replaced. A soft wall limit alone moves the hard one along. */
export function withLimits(limits: AgentLimits, overrides: LimitOverrides): AgentLimits {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const moved =
    overrides.softWallMs !== undefined && overrides.hardWallMs === undefined
      ? { hardWallMs: overrides.softWallMs + (limits.hardWallMs - limits.softWallMs) }
      : {};
  const merged: AgentLimits = { ...limits, ...moved, ...given };
  for (const [name, value] of Object.entries(merged)) if (value !== undefined) check(name, value);
  const unknown = Object.keys(merged).find((name) => !LIMITS.has(name));
  if (unknown === undefined) return merged;
  throw new ColonyError(
    "definition.invalid",
    `there is no limit ${JSON.stringify(unknown)}; there are: ${[...LIMITS].join(", ")}`,
  );
}

const LIMITS: ReadonlySet<string> = new Set([...Object.keys(DEFAULT_WORKER_LIMITS), "stallMs"]);
const COUNTS = new Set(["iterations", "toolCalls", "parallelTools"]);

function check(name: string, value: number): void {
  const least = name === "toolCalls" ? 0 : 1;
  if (Number.isFinite(value) && value >= least && (!COUNTS.has(name) || Number.isInteger(value))) return;
  const what = COUNTS.has(name) ? "whole number" : "number";
  throw new ColonyError(
    "definition.invalid",
    `limit ${name} is ${value}; it must be a ${what} from ${least} to ${Number.MAX_SAFE_INTEGER}`,
  );
}
