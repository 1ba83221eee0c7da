import {
  dispositionOf,
  nextStep,
  type AgentCommand,
  type AgentState,
  type InputId,
  type Refusal,
  type Step,
} from "@colony/core";
import type { ModelEffect } from "./model-effect.ts";
import type { Steps } from "./recorder.ts";
import type { RunParts } from "./run-parts.ts";

const NONE: readonly AgentCommand[] = [];

/** Says what follows from a state, as commands. Pure but for the clock. */
export class FollowUp implements Steps {
  readonly #parts: RunParts;
  readonly #model: ModelEffect;

  constructor(parts: RunParts, model: ModelEffect) {
    this.#parts = parts;
    this.#model = model;
  }

  /** Takes the execution up; an agent that is woken gets one in the same commit. */
  claiming(): readonly AgentCommand[] | undefined {
    const { deps, agentId } = this.#parts;
    // Blocked while the claim waited for a log that could not be written.
    if (deps.ledger.colony.blocks.length > 0) return undefined;
    const state = deps.ledger.newest(agentId);
    const disposition = state === undefined ? undefined : dispositionOf(state);
    if (disposition === undefined || disposition.do === "nothing") return undefined;
    const { host, wasAlone } = deps;
    if (disposition.do === "run") return [{ type: "execution.start", host, alone: wasAlone?.(agentId) }];
    const start: AgentCommand = { type: "execution.start", host };
    return [{ type: "execution.queue", correlationId: disposition.correlationId }, start];
  }

  heed(refusal: Refusal): boolean {
    return this.#parts.allowance.heed(refusal);
  }

  /** Asked again and again until there is only waiting left. */
  follow(state: AgentState): readonly AgentCommand[] {
    const { deps, allowance } = this.#parts;
    const step = nextStep(state, deps.clock.now(), this.#model.count);
    return allowance.follow(state, step, this);
  }

  doing(state: AgentState, step: Step): readonly AgentCommand[] {
    const model = this.#model;
    switch (step.do) {
      case "lose_model_call":
        return [{ type: "model.lose", callId: step.callId, supersededText: model.saidSoFar(state) }];
      case "run_tools":
        return this.#parts.planner.commandsFor(state, step.calls);
      case "switch_model":
        return [{ type: "model.switch", ...model.switchFrom(state) }];
      case "wrap_up":
        return [{ type: "execution.wrap_up", limit: step.limit }];
      case "think":
        return this.#thinking(state, step.deliver);
      case "end": {
        const { end, cause, error } = step;
        return [{ type: "execution.end", end, cause, error, supersededText: model.saidSoFar(state) }];
      }
      case "nothing":
      case "await_model":
      case "await_tools":
      case "await_retry":
        return NONE;
    }
  }

  /** What a call can cost is known once its inputs stand in the conversation; without a budget that is of no interest. */
  #thinking(state: AgentState, inputIds: readonly InputId[]): readonly AgentCommand[] {
    const { reservations, agentId, allowance } = this.#parts;
    const deliver: AgentCommand = { type: "input.deliver", inputIds };
    if (!reservations.bind(agentId)) return [deliver, this.#model.start(state)];
    return allowance.isGiven(inputIds, state) ? [this.#model.start(state)] : [deliver];
  }
}
