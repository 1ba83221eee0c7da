import { ColonyError, isEnded, messageOf, type AgentId, type Executor } from "@colony/core";
import type { LoopDeps } from "./deps.ts";
import { Run } from "./run.ts";

/**
 * The in-process executor: asks the agent's model, runs the tools it asks for, and so on until there is an end. What to
 * do next is decided by core's `nextStep` from what is recorded; here it is only done.
 */
export class AgentLoop implements Executor {
  readonly #deps: LoopDeps;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
  }

  async run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { ledger, logger, definitionOf } = this.#deps;
    const state = ledger.peek(agentId);
    if (state === undefined || signal.aborted) return;
    const definition = definitionOf(state.record);
    if (definition === undefined) {
      logger.warn(
        { agentId, definition: state.record.definitionId },
        "agent waits: its definition is not there; it goes on when a colony with it is opened",
      );
      return;
    }
    const run = new Run(this.#deps, state, definition);
    try {
      await run.go(signal);
    } catch (error) {
      if (error instanceof ColonyError && error.code === "log.closed") return;
      logger.error({ agentId, reason: messageOf(error) }, "execution crashed");
      await this.#endCrashed(agentId, error);
    } finally {
      run.dispose();
    }
  }

  /** A fault of ours must not leave an execution without an end. */
  async #endCrashed(agentId: AgentId, error: unknown): Promise<void> {
    const { ledger, logger } = this.#deps;
    const execution = ledger.peek(agentId)?.record.execution;
    if (execution == null || isEnded(execution.status)) return;
    try {
      await ledger.execute(agentId, [
        {
          type: "execution.end",
          end: "failed",
          cause: "crash",
          error: { code: "execution.failed", message: `the agent loop crashed: ${messageOf(error)}` },
        },
      ]);
    } catch (failure) {
      logger.error({ agentId, reason: messageOf(failure) }, "end of a crashed execution not recorded");
    }
  }
}
