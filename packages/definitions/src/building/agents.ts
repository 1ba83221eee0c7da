import { dirname, resolve } from "node:path";
import { messageOf, type LimitOverrides, type Model, type Tool } from "@colony/core";
import type { OverseerOptions } from "@colony/runtime";
import { defineWorker, type AgentDefinition, type WorkerOptions } from "@colony/worker";
import { readText } from "../reading/read-text.ts";
import {
  isDefinition,
  type DeclaredAgent,
  type DeclaredBudget,
  type DeclaredWorker,
} from "../shape/agent.ts";
import type { DeclaredColony } from "../shape/colony-shape.ts";
import { placeOf, type Path } from "../tree/node.ts";
import type { Building } from "./build.ts";
import { Models } from "./models.ts";
import { reportSchema } from "./report-schema.ts";
import { Tools } from "./tools.ts";

/** The overseer and the workers of a file, with what they were made from. */
export interface BuiltAgents {
  readonly overseer: OverseerOptions;
  readonly workers: { readonly [name: string]: AgentDefinition };
  readonly models: readonly string[];
  readonly servers: Tools["servers"];
}

/** Makes the agents of a file. What is wrong is told, and left out. */
export async function buildAgents(declared: DeclaredColony, building: Building): Promise<BuiltAgents> {
  const models = new Models(building);
  const tools = await Tools.open(declared, building);
  const own = declared.overseer ?? {};
  const inherited = await models.of(own, ["overseer"]);
  const overseer = await optionsOf(own, ["overseer"], { building, tools, models: inherited });
  // Whether it can be made is seen here, where its place is known. What is made of it is made by the colony.
  makeable({ ...overseer, lifetime: "persistent" }, ["overseer"], building);
  const workers = await Promise.all(
    Object.entries(declared.workers ?? {}).map(async ([name, worker]) => {
      const made = isDefinition(worker)
        ? worker
        : await workerOf(worker, ["workers", name], {
            building,
            tools,
            models: await models.of(worker, ["workers", name], inherited),
          });
      return made === undefined ? [] : [[name, made] as const];
    }),
  );
  return {
    overseer,
    workers: Object.fromEntries(workers.flat()),
    models: models.names,
    servers: tools.servers,
  };
}

interface Making {
  readonly building: Building;
  readonly tools: Tools;
  /** Empty where there is something wrong with them. */
  readonly models: readonly Model[];
}

async function workerOf(
  declared: DeclaredWorker,
  path: Path,
  making: Making,
): Promise<AgentDefinition | undefined> {
  const { description, lifetime, concurrency, budget, report } = declared;
  const schema =
    report === undefined ? undefined : reportSchema(report, [...path, "report"], making.building);
  const options: WorkerOptions = {
    ...(await optionsOf(declared, path, making)),
    ...(description === undefined ? {} : { description }),
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(budget === undefined ? {} : { budget: budgetOf(budget) }),
    ...(schema === undefined ? {} : { report: schema }),
  };
  return makeable(options, path, making.building);
}

function makeable(
  options: WorkerOptions,
  path: Path,
  { problems, file }: Building,
): AgentDefinition | undefined {
  if (options.models?.length === 0) return undefined;
  try {
    return defineWorker(options);
  } catch (error) {
    problems.about(file.root, path, `will not do: ${messageOf(error)}`);
    return undefined;
  }
}

/** What is said of overseer and workers alike. */
async function optionsOf(
  declared: DeclaredAgent,
  path: Path,
  { building, models, tools }: Making,
): Promise<OverseerOptions> {
  const { environment, notes, profile, toolSet, limits, timeouts, maxOutputTokens } = declared;
  const made: readonly Tool[] | undefined =
    declared.tools === undefined ? undefined : tools.of(declared.tools, [...path, "tools"]);
  const instructions = await instructionsOf(declared, path, building);
  const options: OverseerOptions = {
    models,
    ...(instructions === undefined ? {} : { instructions }),
    ...(environment === undefined ? {} : { environment }),
    ...(notes === undefined ? {} : { notes }),
    ...(made === undefined ? {} : { tools: made }),
    ...(limits === undefined ? {} : { limits: limitsOf(limits) }),
    ...(timeouts === undefined ? {} : { timeouts: inMs(timeouts) }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(toolSet === undefined ? {} : { toolSet: given(toolSet) }),
  };
  // Which profiles there are, is for who makes a definition of it to say.
  return profile === undefined ? options : { ...options, profile: profile as never };
}

async function instructionsOf(
  { instructions, instructionsFile }: DeclaredAgent,
  path: Path,
  { file, problems }: Building,
): Promise<string | undefined> {
  if (instructionsFile === undefined) return instructions;
  const key: Path = [...path, "instructionsFile"];
  // Counted from the file in which it stands.
  const from = dirname(resolve(file.folder, placeOf(file.root, key).file));
  const read = await readText(resolve(from, instructionsFile));
  if ("text" in read) return read.text.trim();
  problems.about(file.root, key, `names instructions that cannot be had: ${read.problem}`);
  return undefined;
}

function limitsOf({
  softWall,
  hardWall,
  stall,
  ...counts
}: NonNullable<DeclaredAgent["limits"]>): LimitOverrides {
  return { ...given(counts), ...inMs({ softWall, hardWall, stall }) };
}

/** A budget as the colony takes it. */
export function budgetOf({ wall, ...amounts }: DeclaredBudget): NonNullable<WorkerOptions["budget"]> {
  return { ...given(amounts), ...inMs({ wall }) };
}

type Given<Bag> = { readonly [Key in keyof Bag]?: Exclude<Bag[Key], undefined> };
type InMs<Bag> = { readonly [Key in keyof Bag & string as `${Key}Ms`]?: number };

/** Without the members that say nothing. */
export function given<Bag extends object>(bag: Bag): Given<Bag> {
  return Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== undefined)) as Given<Bag>;
}

/** Times under the names that code gives to them. */
export function inMs<Bag extends { readonly [name: string]: number | undefined }>(bag: Bag): InMs<Bag> {
  return Object.fromEntries(Object.entries(given(bag)).map(([name, ms]) => [`${name}Ms`, ms])) as InMs<Bag>;
}
