import { ColonyError, messageOf, type AgentId, type Executor } from "@colony/core";
import { endCrashed } from "./end-crashed.ts";
import type { LoopDeps } from "./deps.ts";
import { News } from "./news.ts";
import { Run } from "./run.ts";

/**
 * The in-process executor: asks the agent's model, runs the tools it asks for, and so on until there is an end. What to
 * do next is decided by core's `nextStep` from what is recorded; here it is only done.
 */
export class AgentLoop implements Executor {
  readonly #deps: LoopDeps;
  readonly #news: News;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#news = new News(deps.bus);
  }

  async run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { ledger, logger, definitionOf } = this.#deps;
    const state = ledger.peek(agentId);
    if (state === undefined || signal.aborted) return;
    let run: Run | undefined;
    try {
      const definition = definitionOf(state.record);
      if (definition === undefined) {
        logger.warn(
          { agentId, definition: state.record.definitionId },
          "agent waits: its definition is not there; it goes on when a colony with it is opened",
        );
        return;
      }
      run = new Run({ deps: this.#deps, news: this.#news, state, definition });
      await run.go(signal);
    } catch (error) {
      if (error instanceof ColonyError && error.code === "log.closed") return;
      logger.error({ agentId, reason: messageOf(error) }, "execution crashed");
      await endCrashed(this.#deps, { agentId, claim: run?.claim, error });
    }
  }
}
