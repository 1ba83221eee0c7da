import { resolve } from "node:path";
import { ColonyError, nearest, type Model } from "@colony/core";
import { commandNotifier, webhookNotifier, type ColonyOptions } from "@colony/runtime";
import { budgetOf, buildAgents, given, inMs, type BuiltAgents } from "./building/agents.ts";
import type { Building, Meanings, ModelSource } from "./building/build.ts";
import type { Problem } from "./problems/problem.ts";
import { Problems } from "./problems/problems.ts";
import { readColonyFile, type ReadColony } from "./reading/read-colony-file.ts";
import type { Environment } from "./reading/variables.ts";
import { colonyShape, type DeclaredColony } from "./shape/colony-shape.ts";
import { tellConflicts } from "./shape/conflicts.ts";
import { readShape } from "./shape/key.ts";
import { requireFile } from "./given.ts";

/** What a colony file's words stand for. */
export interface ColonyFileOptions extends Partial<
  Pick<Meanings, "tools" | "workspace" | "exclude" | "signal" | "servers" | "defaultModel">
> {
  /** What `${NAME}` is filled from; default: this process's environment. */
  readonly env?: Environment;
  /** Models by the names that files give to them, or who gives them. Default: none goes by any name. */
  readonly models?: ModelSource | { readonly [name: string]: Model };
}

/** What `openColony` takes of what a file says. */
export type ColonyFromFile = Pick<
  ColonyOptions,
  "overseer" | "workers" | "limits" | "budget" | "prices" | "retention" | "owner" | "notifier"
>;

/** A colony file, looked through. */
export interface ExaminedColonyFile {
  /** All that were read, the one that was asked for first. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
  /** What `openColony` takes; undefined where there are problems. */
  readonly options: ColonyFromFile | undefined;
  /** Names of the models that it asks for. */
  readonly models: readonly string[];
  /** The MCP servers that answered, with the tools that they have. */
  readonly servers: BuiltAgents["servers"];
  /** Programs that it names to be run later. */
  readonly programs: readonly string[];
}

/**
 * What a colony file says, for `openColony`. Throws `colony_file.not_found`, and `colony_file.invalid` with everything that
 * is wrong: first with what is written, then with what it names (models, tools, servers, other files). Throws `usage.invalid`.
 */
export async function loadColonyFile(path: string, options: ColonyFileOptions = {}): Promise<ColonyFromFile> {
  requireFile(path, options);
  const problems = new Problems();
  const examined = await examine(path, options, problems);
  problems.throwIfAny();
  if (examined.options === undefined) throw new ColonyError("colony_file.invalid", `"${path}" says nothing`);
  return examined.options;
}

/** The same for whoever wants to know what is wrong, all of it. Throws `colony_file.not_found` and `usage.invalid`. */
export async function examineColonyFile(
  path: string,
  options: ColonyFileOptions = {},
): Promise<ExaminedColonyFile> {
  requireFile(path, options);
  return await examine(path, options, new Problems());
}

async function examine(
  path: string,
  options: ColonyFileOptions,
  problems: Problems,
): Promise<ExaminedColonyFile> {
  const { env = process.env } = options;
  const file = await readColonyFile(resolve(path), { env, problems });
  const declared = file === undefined ? undefined : declaredIn(file, problems);
  const files = file?.files ?? [];
  if (file === undefined || declared === undefined)
    return { files, problems: problems.all, options: undefined, models: [], servers: [], programs: [] };
  const { overseer, workers, models, servers } = await buildAgents(
    declared,
    buildingOf(file, options, problems),
  );
  return {
    files,
    problems: problems.all,
    options: problems.count > 0 ? undefined : { overseer, workers, ...settingsOf(declared) },
    models,
    servers,
    programs: [declared.notify?.command].flatMap((program) => program ?? []),
  };
}

/** What is written, where nothing is wrong with that. */
function declaredIn({ root }: ReadColony, problems: Problems): DeclaredColony | undefined {
  tellConflicts(root, problems);
  const declared = readShape(colonyShape, root, problems);
  return problems.count > 0 ? undefined : declared;
}

function buildingOf(file: ReadColony, options: ColonyFileOptions, problems: Problems): Building {
  const { models = {}, defaultModel, tools = {}, workspace = file.folder, exclude = [] } = options;
  return {
    file,
    problems,
    models: typeof models === "function" ? models : (name) => modelIn(models, name),
    defaultModel,
    tools,
    workspace,
    exclude,
    signal: options.signal ?? new AbortController().signal,
    servers: options.servers ?? "used",
  };
}

function modelIn(models: { readonly [name: string]: Model }, name: string): Model {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model !== undefined) return model;
  const names = Object.keys(models);
  const meant = nearest(name, names);
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  throw new ColonyError(
    "model.unknown",
    `no model goes by that name${hint}; there are: ${names.join(", ") || "none"}`,
  );
}

/** What is said of the colony as a whole. */
function settingsOf({
  owner,
  limits,
  budget,
  prices,
  retention,
  notify,
}: DeclaredColony): Omit<ColonyFromFile, "overseer" | "workers"> {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(limits === undefined ? {} : { limits: limitsOf(limits) }),
    ...(budget === undefined ? {} : { budget: budgetOf(budget) }),
    ...(prices === undefined ? {} : { prices: pricesOf(prices) }),
    ...(retention === undefined
      ? {}
      : { retention: { ...inMs({ keep: retention.keep }), ...given({ prune: retention.prune }) } }),
    ...(notify === undefined ? {} : { notifier: notifierOf(notify) }),
  };
}

function limitsOf({
  concurrency,
  maxDepth,
  ...times
}: NonNullable<DeclaredColony["limits"]>): NonNullable<ColonyOptions["limits"]> {
  return { ...given({ concurrency, maxDepth }), ...inMs(times) };
}

function pricesOf(prices: NonNullable<DeclaredColony["prices"]>): NonNullable<ColonyFromFile["prices"]> {
  return Object.fromEntries(
    Object.entries(prices).map(([model, { inputUsd, outputUsd, cachedInputUsd }]) => [
      model,
      { inputUsd, outputUsd, ...given({ cachedInputUsd }) },
    ]),
  );
}

function notifierOf({
  command,
  args,
  webhook,
  secret = "",
  timeout,
}: NonNullable<DeclaredColony["notify"]>): NonNullable<ColonyFromFile["notifier"]> {
  const bound = inMs({ timeout });
  return webhook === undefined
    ? commandNotifier({ command: command ?? "", ...given({ args }), ...bound })
    : webhookNotifier({ url: webhook, secret, ...bound });
}
