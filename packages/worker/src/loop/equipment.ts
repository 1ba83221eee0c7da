import { modelName, type AgentKind, type Model, type ModelTool, type Tool } from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { DEFAULT_MODEL_TIMEOUTS, type ModelTimeouts } from "../model/timeouts.ts";
import { systemPrompt } from "../prompt/system.ts";
import { REPORT_TOOL, reportTool } from "../tools/report-tool.ts";

/** What agents of one kind and definition have in common. */
export interface Equipment {
  /** Its definition's, those that the runtime adds, and a worker's own way to report, by name. */
  readonly tools: ReadonlyMap<string, Tool>;
  /** The tools as models are told of them. */
  readonly told: ModelTool[];
  /** What is left of them when it is time to report; undefined where there is no way to. */
  readonly toldLast: ModelTool[] | undefined;
  readonly system: string;
  /** Asked one after the other. */
  readonly models: readonly [NamedModel, ...NamedModel[]];
  readonly timeouts: ModelTimeouts;
}

/** A model with its name, which is wanted more often than it changes. */
export interface NamedModel {
  readonly model: Model;
  readonly name: string;
}

interface Whose {
  readonly kind: AgentKind;
  /** Tools that the runtime adds. */
  readonly extra: readonly Tool[];
}

/** The newest of each definition: thousands of workers that wait for a model share it. */
const MADE = new WeakMap<AgentDefinition, Whose & { readonly equipment: Equipment }>();

/** An agent's equipment, made once for all that are alike. */
export function equipmentOf(definition: AgentDefinition, whose: Whose): Equipment {
  const made = MADE.get(definition);
  if (made !== undefined && made.kind === whose.kind && isSame(made.extra, whose.extra))
    return made.equipment;
  const equipment = make(definition, whose);
  MADE.set(definition, { ...whose, equipment });
  return equipment;
}

function make(definition: AgentDefinition, { kind, extra }: Whose): Equipment {
  const { model, fallbacks, timeouts, instructions, report, reportSchema } = definition;
  const own = kind === "overseer" ? [] : [reportTool(report, reportSchema)];
  const tools = new Map([...definition.tools, ...extra, ...own].map((tool) => [tool.name, tool]));
  const told = Array.from(tools.values(), toldOf);
  const last = told.filter(({ name }) => name === REPORT_TOOL);
  return {
    tools,
    told,
    toldLast: last.length === 0 ? undefined : last,
    system: systemPrompt({ record: { kind } }, instructions),
    models: [named(model), ...fallbacks.map(named)],
    timeouts: { ...DEFAULT_MODEL_TIMEOUTS, ...timeouts },
  };
}

function isSame(one: readonly Tool[], other: readonly Tool[]): boolean {
  return one === other || (one.length === 0 && other.length === 0);
}

function named(model: Model): NamedModel {
  return { model, name: modelName(model) };
}

function toldOf({ name, description, inputSchema }: Tool): ModelTool {
  return { type: "function", name, description, inputSchema };
}
