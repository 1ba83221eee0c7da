import { ColonyError, messageOf, type AgentId, type Executor } from "@colony/core";
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
  readonly #reservations: Reservations;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#news = new News(deps.bus);
    this.#reservations = new Reservations(deps);
  }

  async run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return;
    let run: Run | undefined;
    try {
      run = this.#runOf(agentId);
      await run?.go(signal);
      if (this.#deps.ledger.peek(agentId) === undefined) this.#reservations.forget(agentId);
    } catch (error) {
      if (error instanceof ColonyError && error.code === "log.closed") return;
      this.#deps.logger.error({ agentId, reason: messageOf(error) }, "execution crashed");
      await endCrashed(this.#deps, { agentId, claim: run?.claim, error });
    }
  }

  /** Not inside of what waits for the run: that would hold on to the state with which it began. */
  #runOf(agentId: AgentId): Run | undefined {
    const { ledger, logger, definitionOf } = this.#deps;
    const state = ledger.peek(agentId);
    if (state === undefined) return undefined;
    const { record } = state;
    const definition = definitionOf(record);
    const shared = { deps: this.#deps, news: this.#news, reservations: this.#reservations };
    if (definition !== undefined) return new Run({ ...shared, record, definition });
    logger.warn(
      { agentId, definition: record.definitionId },
      "agent waits: its definition is not there; it goes on when a colony with it is opened",
    );
    return undefined;
  }
}
