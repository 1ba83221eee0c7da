import {
  ColonyError,
  DEFAULT_OVERSEER_LIMITS,
  shownValue,
  type AgentRecord,
  type LimitOverrides,
  type PromptProfile,
  type Tool,
} from "@colony/core";
import {
  defineWorker,
  leaves,
  requireKnown,
  withLimits,
  type AgentDefinition,
  type HookRegistrar,
  type ModelChoice,
  type ModelTimeouts,
  type ToolSet,
} from "@colony/worker";

/** The definition name of the overseer; no worker definition may have it. */
export const OVERSEER_DEFINITION = "overseer";

/** The one who is talked to, as a program describes it. */
export interface OverseerOptions extends ModelChoice {
  /** What it is told before the conversation. */
  readonly instructions?: string;
  /** Tools besides those to delegate. */
  readonly tools?: readonly Tool[];
  /** Where it works, in words. Told with the colony's id and its level. */
  readonly environment?: string;
  /** Skills and ways of working, each a text of its own. */
  readonly notes?: readonly string[];
  /** How much of this it is told; default `full`. */
  readonly profile?: PromptProfile;
  /** Which tools it may have, of `tools` and of those to delegate; default: all. */
  readonly toolSet?: ToolSet;
  readonly limits?: LimitOverrides;
  readonly hooks?: HookRegistrar;
  readonly timeouts?: Partial<ModelTimeouts>;
  /** Most tokens of one answer; default 8,192 where a budget of money or tokens has to hold, else the provider's. */
  readonly maxOutputTokens?: number;
}

/** The overseer is a persistent worker that nothing limits in time. */
export function defineOverseer(options: OverseerOptions): AgentDefinition {
  const { limits = {}, ...rest } = options;
  return {
    ...defineWorker({ ...rest, lifetime: "persistent" }),
    limits: withLimits(DEFAULT_OVERSEER_LIMITS, limits),
  };
}

/** The definitions of a colony by name. */
export class Roster {
  readonly #definitions: ReadonlyMap<string, AgentDefinition>;
  #added: readonly Tool[] = [];

  constructor(overseer: AgentDefinition, workers: { readonly [name: string]: AgentDefinition }) {
    if (Object.hasOwn(workers, OVERSEER_DEFINITION))
      throw new ColonyError(
        "definition.invalid",
        `a worker definition may not be named "${OVERSEER_DEFINITION}"`,
      );
    this.#definitions = new Map([[OVERSEER_DEFINITION, overseer], ...Object.entries(workers)]);
  }

  /** Undefined where this process does not have it. */
  of({ definitionId }: Pick<AgentRecord, "definitionId">): AgentDefinition | undefined {
    return this.#definitions.get(definitionId);
  }

  /** Whether there is anybody to delegate to, or a tool set that may name the tools for that. */
  get namesDelegation(): boolean {
    return this.#definitions.size > 1 || this.all.some(([, { toolSet }]) => toolSet !== undefined);
  }

  /** Names of worker definitions, in the order they were given. */
  get names(): readonly string[] {
    return [...this.#definitions.keys()].filter((name) => name !== OVERSEER_DEFINITION);
  }

  /** All of them by name, the overseer's first. */
  get all(): readonly (readonly [string, AgentDefinition])[] {
    return [...this.#definitions];
  }

  /** A worker definition by name; the only one there is where no name is given. Throws `definition.not_found`. */
  worker(name: string | undefined): { readonly name: string; readonly definition: AgentDefinition } {
    const wanted = name ?? this.#only;
    const definition = wanted === undefined ? undefined : this.#definitions.get(wanted);
    if (wanted === undefined || definition === undefined || wanted === OVERSEER_DEFINITION)
      throw new ColonyError(
        "definition.not_found",
        `${name === undefined ? "no worker definition was named" : `no worker definition ${shownValue(name)}`}; defined are: ${this.names.join(", ") || "none"}`,
      );
    return { name: wanted, definition };
  }

  /**
   * Takes in the tools that the runtime adds to those of definitions, and holds every tool set to what there is. Throws
   * `definition.invalid`.
   */
  know(added: readonly Tool[]): void {
    this.#added = added;
    for (const [name, { toolSet }] of this.#definitions)
      if (toolSet !== undefined)
        requireKnown(toolSet, this.tools, {
          where: name === OVERSEER_DEFINITION ? "overseer.toolSet" : `workers.${name}.toolSet`,
          code: "definition.invalid",
        });
  }

  /** Every tool that any agent may have: a set may deny what only those have that an agent spawns. */
  get tools(): readonly Tool[] {
    return [...this.all.flatMap(([, { tools }]) => tools), ...this.#added];
  }

  /** The tools that agents of a definition may have. */
  toolsOf({ tools, toolSet }: AgentDefinition): readonly Tool[] {
    return [...tools, ...this.#added].filter((tool) => leaves(toolSet, tool));
  }

  get #only(): string | undefined {
    const { names } = this;
    return names.length === 1 ? names[0] : undefined;
  }

  /** Most workers of a definition at work at once: 0 where it is not there, so that its agents wait. */
  capOf(definitionId: string): number {
    const definition = this.#definitions.get(definitionId);
    if (definition === undefined) return 0;
    return definition.concurrency ?? Number.POSITIVE_INFINITY;
  }
}
