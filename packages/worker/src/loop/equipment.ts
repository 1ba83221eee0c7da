import {
  modelName,
  type AgentRecord,
  type Model,
  type ModelTool,
  type StepContext,
  type Tool,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { DEFAULT_MODEL_TIMEOUTS, type ModelTimeouts } from "../model/timeouts.ts";
import { systemText } from "../prompt/system.ts";
import { REPORT_TOOL, reportTool } from "../tools/report-tool.ts";
import { leaves, names } from "../tools/tool-set.ts";

/** What agents of one kind and definition have in common. */
export interface Equipment {
  /** What its calls are answered by: its definition's, those that the runtime adds, and a worker's own way to report, by name. */
  readonly tools: ReadonlyMap<string, Tool>;
  /** The tools as models are told of them. */
  readonly told: ModelTool[];
  /** What is left of them when it is time to report; undefined where there is no way to. */
  readonly toldLast: ModelTool[] | undefined;
  /** Tools that there are, and not for this agent. */
  readonly withheld: ReadonlySet<string>;
  readonly system: string;
  /** Asked one after the other. */
  readonly models: readonly [NamedModel, ...NamedModel[]];
  /** Whether people may be asked about calls of some of the tools. */
  readonly asksPeople: boolean;
  /** What a step is decided with, besides the state. */
  readonly steps: StepContext;
  readonly timeouts: ModelTimeouts;
}

/** A model with its name, which is wanted more often than it changes. */
export interface NamedModel {
  readonly model: Model;
  readonly name: string;
}

/** For whom equipment is made. */
export interface Whose {
  readonly record: Pick<AgentRecord, "kind" | "colonyId" | "depth" | "denied" | "allowed" | "profile">;
  /** Tools that the runtime adds. */
  readonly extra: readonly Tool[];
  /** What answers calls of the group `delegation` instead of all its tools; undefined: it may delegate. It is not told of them. */
  readonly standIns?: readonly Tool[] | undefined;
}

interface MadeFor {
  readonly whose: Whose;
  readonly equipment: Equipment;
}

/** The newest of each definition first: thousands of workers that wait for a model share it. */
const MADE = new WeakMap<AgentDefinition, readonly MadeFor[]>();

/** Kinds of agents of one definition (by depth, by what they were spawned with) that are kept at a time. */
const KEPT = 16;

/** What an agent is told before its conversation, where nothing else was recorded of it. */
export function systemTextFor(definition: AgentDefinition, whose: Whose): string {
  return equipmentOf(definition, whose).system;
}

/** An agent's equipment, made once for all that are alike. */
export function equipmentOf(definition: AgentDefinition, whose: Whose): Equipment {
  const made = MADE.get(definition) ?? [];
  for (const one of made) if (isSame(one.whose, whose)) return one.equipment;
  const equipment = make(definition, whose);
  const { kind, colonyId, depth, denied, allowed, profile } = whose.record;
  const record = { kind, colonyId, depth, denied, allowed, profile } as Whose["record"];
  MADE.set(definition, [{ whose: { ...whose, record }, equipment }, ...made.slice(0, KEPT - 1)]);
  return equipment;
}

function make(definition: AgentDefinition, whose: Whose): Equipment {
  const { model, fallbacks, timeouts, report, reportSchema } = definition;
  const { record, standIns } = whose;
  const own = record.kind === "overseer" ? [] : [reportTool(report, reportSchema)];
  const given = new Map([...definition.tools, ...whose.extra].map((tool) => [tool.name, tool]));
  const mayHave = (tool: Tool): boolean => isLeft(tool, definition, whose);
  const available = [...given.values()].filter(mayHave);
  const shown = [...available, ...own];
  const tools = new Map([...(standIns ?? []), ...shown].map((tool) => [tool.name, tool]));
  return new Made(shown, {
    tools,
    withheld: new Set([...given.keys()].filter((name) => !tools.has(name))),
    system: systemText({
      record,
      definition,
      tools: shown.map(({ name }) => name),
      delegates: available.some(({ group }) => group === "delegation"),
      asks: available.some((tool) => tool.asks !== undefined),
    }),
    models: [named(model), ...fallbacks.map(named)],
    asksPeople: [...tools.values()].some(
      (tool) => tool.asks !== undefined || tool.needsApproval !== undefined,
    ),
    steps: { models: 1 + fallbacks.length },
    timeouts: { ...DEFAULT_MODEL_TIMEOUTS, ...timeouts },
  });
}

/** What models are told of tools is made with the first call: a colony is opened with no need of it. */
class Made implements Equipment {
  readonly tools: Equipment["tools"];
  readonly withheld: Equipment["withheld"];
  readonly system: string;
  readonly models: Equipment["models"];
  readonly asksPeople: boolean;
  readonly steps: StepContext;
  readonly timeouts: ModelTimeouts;
  readonly #shown: readonly Tool[];
  #told: ModelTool[] | undefined;
  #toldLast: ModelTool[] | undefined;

  constructor(shown: readonly Tool[], made: Omit<Equipment, "told" | "toldLast">) {
    this.#shown = shown;
    this.tools = made.tools;
    this.withheld = made.withheld;
    this.system = made.system;
    this.models = made.models;
    this.asksPeople = made.asksPeople;
    this.steps = made.steps;
    this.timeouts = made.timeouts;
  }

  get told(): ModelTool[] {
    return (this.#told ??= this.#shown.map(toldOf));
  }

  get toldLast(): ModelTool[] | undefined {
    this.#toldLast ??= this.told.filter(({ name }) => name === REPORT_TOOL);
    return this.#toldLast.length === 0 ? undefined : this.#toldLast;
  }
}

/** Whether an agent has a tool that there is for it: by its depth, its definition, and what it was spawned with. */
function isLeft(tool: Tool, { toolSet }: AgentDefinition, { record, standIns }: Whose): boolean {
  if (standIns !== undefined && tool.group === "delegation") return false;
  if (standIns?.some(({ name }) => name === tool.name) === true) return false;
  const { allowed, denied = [] } = record;
  return leaves(toolSet, tool) && (allowed === undefined || names(allowed, tool)) && !names(denied, tool);
}

function isSame(one: Whose, other: Whose): boolean {
  const [a, b] = [one.record, other.record];
  return (
    a.kind === b.kind &&
    a.depth === b.depth &&
    a.colonyId === b.colonyId &&
    isSameList(one.extra, other.extra) &&
    isSameList(one.standIns, other.standIns) &&
    isSameText(a.denied, b.denied) &&
    isSameText(a.allowed, b.allowed) &&
    isSameText(a.profile, b.profile)
  );
}

function isSameList(one: readonly Tool[] | undefined, other: readonly Tool[] | undefined): boolean {
  return one === other || (one?.length === 0 && other?.length === 0);
}

/** Of what most agents have nothing. */
function isSameText(one: unknown, other: unknown): boolean {
  return (
    one === other ||
    (one !== undefined && other !== undefined && JSON.stringify(one) === JSON.stringify(other))
  );
}

function named(model: Model): NamedModel {
  return { model, name: modelName(model) };
}

function toldOf({ name, description, inputSchema }: Tool): ModelTool {
  return { type: "function", name, description, inputSchema };
}
