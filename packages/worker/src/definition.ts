import {
  ColonyError,
  DEFAULT_WORKER_LIMITS,
  jsonSchemaOf,
  type AgentLimits,
  type JsonObject,
  type Lifetime,
  type LimitOverrides,
  type Model,
  type Tool,
  type Usage,
} from "@colony/core";
import type { z } from "zod";
import type { HookRegistrar } from "./hooks/hooks.ts";
import type { ModelTimeouts } from "./model/timeouts.ts";

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
  readonly limits?: LimitOverrides;
  readonly concurrency?: number;
  readonly hooks?: HookRegistrar;
  readonly timeouts?: Partial<ModelTimeouts>;
}

/** Names that the runtime gives to tools of its own. */
const RESERVED = new Set(["report_to_parent"]);

/** Makes a worker definition. Throws `definition.invalid` for tools that share a name and for limits out of range. */
export function defineWorker(options: WorkerOptions): AgentDefinition {
  const [model, ...fallbacks] = modelsOf(options);
  const { instructions = "", description = "", tools = [], lifetime = "ephemeral", report } = options;
  const names = new Set<string>();
  for (const { name } of tools) {
    if (RESERVED.has(name))
      throw new ColonyError(
        "definition.invalid",
        `the tool name "${name}" is the runtime's own; choose another name`,
      );
    if (names.has(name))
      throw new ColonyError("definition.invalid", `two tools are named "${name}"; a name may be used once`);
    names.add(name);
  }
  return {
    model,
    fallbacks,
    instructions,
    description,
    tools,
    lifetime,
    limits: withLimits(DEFAULT_WORKER_LIMITS, options.limits ?? {}),
    reportSchema: report === undefined ? null : jsonSchemaOf(report, "the report"),
    ...(report === undefined ? {} : { report }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
    ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
  };
}

function modelsOf({ model, models }: ModelChoice): readonly [Model, ...Model[]] {
  const [first, ...rest] = models ?? [model];
  if (first === undefined || (model !== undefined && models !== undefined))
    throw new ColonyError(
      "definition.invalid",
      `a definition needs a model; give either "model", or "models" with those to fall back on`,
    );
  return [first, ...rest.filter((each) => each !== undefined)];
}

/** Limits with some of them replaced. A soft wall limit alone moves the hard one along. */
export function withLimits(limits: AgentLimits, overrides: LimitOverrides): AgentLimits {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const moved =
    overrides.softWallMs !== undefined && overrides.hardWallMs === undefined
      ? { hardWallMs: overrides.softWallMs + (limits.hardWallMs - limits.softWallMs) }
      : {};
  const merged: AgentLimits = { ...limits, ...moved, ...given };
  for (const [name, value] of Object.entries(merged)) check(name, value);
  return merged;
}

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
