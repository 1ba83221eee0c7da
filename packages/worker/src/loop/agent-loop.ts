import type { AgentId, AgentState, Executor } from "@colony/core";
import { Aborts } from "./aborts.ts";
import { CalledOff } from "./called-off.ts";
import { endCrashed } from "./end-crashed.ts";
import type { LoopDeps } from "./deps.ts";
import { News } from "./news.ts";
import { Reservations } from "./reservation.ts";
import type { ToldThen } from "../prompt/told-at-start.ts";
import { Run } from "./run.ts";
import type { RunHost } from "./run-parts.ts";

/**
 * The in-process executor: asks the agent's model, runs the tools it asks for, and so on until there is an end. What to
 * do next is decided by core's `nextStep` from what is recorded; here it is only done.
 */
export class AgentLoop implements Executor {
  readonly #deps: LoopDeps;
  readonly #host: RunHost;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#host = {
      deps,
      news: new News(deps.bus),
      aborts: new Aborts(),
      reservations: new Reservations(deps),
      calledOff: new CalledOff(),
    };
  }

  run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const state = this.#deps.ledger.peek(agentId);
    const { status } = state?.record.execution ?? {};
    return state !== undefined && (status === "running" || status === "input_required")
      ? this.#takeUp(state, signal)
      : this.#begin(agentId, signal);
  }

  callOff(agentId: AgentId): () => void {
    const settled = this.#host.calledOff.add(agentId);
    this.#host.news.callOff(agentId);
    return settled;
  }

  /** What an earlier host has begun goes on with what it was told then. */
  async #takeUp(state: AgentState, signal: AbortSignal): Promise<void> {
    const then = await this.#deps.told?.of(state);
    if (!signal.aborted) await this.#begin(state.record.id, signal, then);
  }

  #begin(agentId: AgentId, signal: AbortSignal, then?: ToldThen): Promise<void> {
    try {
      return this.#runOf(agentId, signal, then)?.go() ?? Promise.resolve();
    } catch (error) {
      return endCrashed(this.#deps, { agentId, claim: undefined, error });
    }
  }

  #runOf(agentId: AgentId, signal: AbortSignal, then: ToldThen | undefined): Run | undefined {
    const { ledger, logger, definitionOf } = this.#deps;
    const state = ledger.peek(agentId);
    if (state === undefined) return undefined;
    const { record } = state;
    const installed = definitionOf(record);
    const { instructions, system }: { readonly instructions?: string; readonly system?: string } = then ?? {};
    const definition =
      installed === undefined || instructions === undefined ? installed : { ...installed, instructions };
    if (definition !== undefined) return new Run(this.#host, { record, definition, signal, system });
    logger.warn(
      { agentId, definition: record.definitionId },
      "agent waits: its definition is not there; it goes on when a colony with it is opened",
    );
    return undefined;
  }
}
