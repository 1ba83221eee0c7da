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

/**
 * An execution is told to its end what it was told at its start, also where the host that takes it up has been given other
 * instructions meanwhile. Each opening of a colony records what its definitions tell, by hash; which opening an execution
 * began under is told by the order of the log.
 */
export class ToldAtStart {
  readonly #options: ToldAtStartOptions;
  #openings: Promise<readonly Opening[]> | undefined;

  constructor(options: ToldAtStartOptions) {
    this.#options = options;
  }

  /** Stores the instructions of all definitions; what to record with the opening. Undefined where they cannot be stored. */
  async keep(
    definitions: readonly (readonly [string, AgentDefinition])[],
  ): Promise<{ readonly [definitionId: string]: string } | undefined> {
    const { blobs, logger } = this.#options;
    const kept: Record<string, string> = {};
    try {
      for (const [id, { instructions }] of definitions)
        if (instructions !== "") kept[id] = (await blobs.put(instructions)).sha256;
      return kept;
    } catch (error) {
      logger.warn(
        { reason: messageOf(error) },
        "instructions not kept: what is taken up later is told new ones",
      );
      return undefined;
    }
  }

  /** The instructions of the execution that is taken up, where they are not those of now, and can be found. */
  async of(state: AgentState): Promise<string | undefined> {
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

  async #find({ record }: AgentState): Promise<string | undefined> {
    const { log, blobs } = this.#options;
    const { id: agentId, execution, definitionId } = record;
    if (execution === null) return undefined;
    const openings = await (this.#openings ??= this.#read());
    const now = openings.at(-1)?.data.instructions?.[definitionId];
    if (openings.every(({ data }) => data.instructions?.[definitionId] === now)) return undefined;
    const query = { agentId, executionId: execution.id, types: ["EXECUTION_STARTED"], limit: 1 } as const;
    const [start] = await log.read(query);
    const told = openings.findLast(({ seq }) => start !== undefined && seq < start.seq)?.data.instructions;
    if (told === undefined || told[definitionId] === now) return undefined;
    const sha256 = told[definitionId];
    return sha256 === undefined ? "" : await blobs.get(sha256);
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
