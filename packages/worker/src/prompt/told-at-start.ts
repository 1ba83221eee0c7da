import {
  COLONY_STREAM,
  messageOf,
  type AgentState,
  type BlobStore,
  type EventLog,
  type EventOf,
  type Logger,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";

/** What this works with. */
export interface ToldAtStartOptions {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly logger: Logger;
}

type Opening = EventOf<"COLONY_OPENED">;

const PAGE = 1_000;

/** Texts whose blobs are remembered; one that was forgotten is stored again, which changes nothing. */
const MOST_VARIANTS = 256;

/** What definitions tell from an opening on: blobs, by definition. */
export interface KeptTexts {
  readonly instructions: { readonly [definitionId: string]: string };
  readonly systems: { readonly [definitionId: string]: string };
}

/** What an execution was told at its start: the whole system text, or at least its definition's instructions. */
export type ToldThen = { readonly system: string } | { readonly instructions: string };

/**
 * An execution is told to its end what it was told at its start, also where the host that takes it up has been given other
 * instructions meanwhile. Each opening of a colony records what its definitions tell, by hash; which opening an execution
 * began under is told by the order of the log. What an agent is told besides (by its depth, or what it was spawned with) is
 * recorded with its start.
 */
export class ToldAtStart {
  readonly #options: ToldAtStartOptions;
  #openings: Promise<readonly Opening[]> | undefined;
  /** System texts that this opening has recorded, by definition. */
  #systems: ReadonlyMap<string, string> | undefined;
  /** Blobs of other texts that agents are told. */
  readonly #variants = new Map<string, string | Promise<string | undefined>>();

  constructor(options: ToldAtStartOptions) {
    this.#options = options;
  }

  /** Stores what all definitions tell; what to record with the opening. Undefined where it cannot be stored. */
  async keep(
    definitions: readonly (readonly [string, AgentDefinition])[],
    systemOf: (definitionId: string, definition: AgentDefinition) => string,
  ): Promise<KeptTexts | undefined> {
    const { blobs, logger } = this.#options;
    const instructions: Record<string, string> = {};
    const systems: Record<string, string> = {};
    const texts = new Map<string, string>();
    try {
      for (const [id, definition] of definitions) {
        if (definition.instructions !== "")
          instructions[id] = (await blobs.put(definition.instructions)).sha256;
        const text = systemOf(id, definition);
        systems[id] = (await blobs.put(text)).sha256;
        texts.set(id, text);
      }
      this.#systems = texts;
      return { instructions, systems };
    } catch (error) {
      logger.warn(
        { reason: messageOf(error) },
        "instructions not kept: what is taken up later is told new ones",
      );
      return undefined;
    }
  }

  /**
   * The blob of a system text that is not what the opening says of its definition, to be recorded with the start of whoever
   * is told it: known at once, or soon where it is new. Undefined where it is what the opening says, or nothing is kept.
   */
  variantOf(definitionId: string, system: string): string | undefined | Promise<string | undefined> {
    if (this.#systems === undefined || this.#systems.get(definitionId) === system) return undefined;
    const known = this.#variants.get(system);
    if (known !== undefined) return known;
    const storing = this.#store(system);
    this.#variants.set(system, storing);
    if (this.#variants.size > MOST_VARIANTS) this.#forgetOldest();
    return storing;
  }

  #forgetOldest(): void {
    for (const [text, known] of this.#variants)
      if (typeof known === "string") {
        this.#variants.delete(text);
        return;
      }
  }

  async #store(system: string): Promise<string | undefined> {
    const { blobs, logger } = this.#options;
    try {
      const { sha256 } = await blobs.put(system);
      this.#variants.set(system, sha256);
      return sha256;
    } catch (error) {
      this.#variants.delete(system);
      logger.warn({ reason: messageOf(error) }, "system text not kept: it cannot be shown later");
      return undefined;
    }
  }

  /** What the execution that is taken up was told, where that is not what is told now, and can be found. */
  async of(state: AgentState): Promise<ToldThen | undefined> {
    try {
      return await this.#find(state);
    } catch (error) {
      this.#openings = undefined;
      this.#options.logger.warn(
        { agentId: state.record.id, reason: messageOf(error) },
        "instructions of the start not found: told those of now",
      );
      return undefined;
    }
  }

  async #find({ record }: AgentState): Promise<ToldThen | undefined> {
    const { log, blobs } = this.#options;
    const { id: agentId, execution, definitionId } = record;
    if (execution === null) return undefined;
    const openings = await (this.#openings ??= this.#read());
    const now = openings.at(-1);
    if (openings.every((opening) => tellsTheSame(definitionId, opening, now))) return undefined;
    const query = { agentId, executionId: execution.id, types: ["EXECUTION_STARTED"], limit: 1 } as const;
    const [start] = await log.read(query);
    if (start?.type !== "EXECUTION_STARTED") return undefined;
    const then = openings.findLast(({ seq }) => seq < start.seq);
    if (then === undefined) return undefined;
    const { system = then.data.systems?.[definitionId] } = start.data;
    if (start.data.system === undefined && tellsTheSame(definitionId, then, now)) return undefined;
    if (system !== undefined) return { system: await blobs.get(system) };
    const { instructions } = then.data;
    if (instructions === undefined) return undefined;
    const sha256 = instructions[definitionId];
    return { instructions: sha256 === undefined ? "" : await blobs.get(sha256) };
  }

  async #read(): Promise<readonly Opening[]> {
    const openings: Opening[] = [];
    for (let after = 0; ;) {
      const query = { agentId: COLONY_STREAM, types: ["COLONY_OPENED"], limit: PAGE } as const;
      const page = await this.#options.log.read({ after, ...query });
      for (const event of page) if (event.type === "COLONY_OPENED") openings.push(event);
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) return openings;
      after = last.seq;
    }
  }
}

/** Whether a definition tells the same after two openings; of those of earlier releases only instructions are known. */
function tellsTheSame(definitionId: string, one: Opening, other: Opening | undefined): boolean {
  if (other === undefined || one === other) return true;
  const [a, b] = [one.data, other.data];
  return a.systems === undefined || b.systems === undefined
    ? a.instructions?.[definitionId] === b.instructions?.[definitionId]
    : a.systems[definitionId] === b.systems[definitionId];
}
