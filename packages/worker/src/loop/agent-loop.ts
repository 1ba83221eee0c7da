import type { AgentId, AgentState, Executor } from "@colony/core";
import { Aborts } from "./aborts.ts";
import { CalledOff } from "./called-off.ts";
import { endCrashed } from "./end-crashed.ts";
import type { LoopDeps } from "./deps.ts";
import { News } from "./news.ts";
import { Reservations } from "./reservation.ts";
import { Run } from "./run.ts";

/**
 * The in-process executor: asks the agent's model, runs the tools it asks for, and so on until there is an end. What to
 * do next is decided by core's `nextStep` from what is recorded; here it is only done.
 */
export class AgentLoop implements Executor {
  readonly #deps: LoopDeps;
  readonly #news: News;
  readonly #aborts = new Aborts();
  readonly #calledOff = new CalledOff();
  readonly #reservations: Reservations;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#news = new News(deps.bus);
    this.#reservations = new Reservations(deps);
  }

  run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const state = this.#deps.ledger.peek(agentId);
    return state?.record.execution?.status === "running"
      ? this.#takeUp(state, signal)
      : this.#begin(agentId, signal);
  }

  callOff(agentId: AgentId): () => void {
    const settled = this.#calledOff.add(agentId);
    this.#news.callOff(agentId);
    return settled;
  }

  /** What an earlier host has begun goes on with what it was told then. */
  async #takeUp(state: AgentState, signal: AbortSignal): Promise<void> {
    const instructions = await this.#deps.toldAtStart?.(state);
    if (!signal.aborted) await this.#begin(state.record.id, signal, instructions);
  }

  #begin(agentId: AgentId, signal: AbortSignal, instructions?: string): Promise<void> {
    try {
      return this.#runOf(agentId, instructions)?.go(signal) ?? Promise.resolve();
    } catch (error) {
      return endCrashed(this.#deps, { agentId, claim: undefined, error });
    }
  }

  #runOf(agentId: AgentId, instructions: string | undefined): Run | undefined {
    const { ledger, logger, definitionOf } = this.#deps;
    const state = ledger.peek(agentId);
    if (state === undefined) return undefined;
    const { record } = state;
    const installed = definitionOf(record);
    const definition =
      installed === undefined || instructions === undefined ? installed : { ...installed, instructions };
    const shared = {
      deps: this.#deps,
      news: this.#news,
      aborts: this.#aborts,
      calledOff: this.#calledOff,
      reservations: this.#reservations,
    };
    if (definition !== undefined) return new Run({ ...shared, record, definition });
    logger.warn(
      { agentId, definition: record.definitionId },
      "agent waits: its definition is not there; it goes on when a colony with it is opened",
    );
    return undefined;
  }
}
