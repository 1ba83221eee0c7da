import {
  dispositionOf,
  workersAtWork,
  nextStep,
  type AgentCommand,
  type AgentState,
  type InputId,
  type Refusal,
  type Step,
  type StepContext,
} from "@colony/core";
import type { ModelEffect } from "./model-effect.ts";
import type { Steps } from "./recorder.ts";
import type { RunParts } from "./run-parts.ts";

const NONE: readonly AgentCommand[] = [];

/** Says what follows from a state, as commands. */
export class FollowUp implements Steps {
  readonly #parts: RunParts;
  readonly #model: ModelEffect;

  constructor(parts: RunParts, model: ModelEffect) {
    this.#parts = parts;
    this.#model = model;
  }

  /** The blob of what the agent is told, where the start has to say it; a promise where it has to be stored before. */
  get system(): string | undefined | Promise<string | undefined> {
    const { deps, definitionId, equipment } = this.#parts;
    return deps.told?.variantOf(definitionId, equipment.system);
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
    const kept = this.system;
    const system = typeof kept === "object" ? undefined : kept;
    if (disposition.do === "run")
      return [{ type: "execution.start", host, alone: wasAlone?.(agentId), system }];
    const start: AgentCommand = { type: "execution.start", host, system };
    return [{ type: "execution.queue", correlationId: disposition.correlationId }, start];
  }

  heed(refusal: Refusal): boolean {
    return this.#parts.allowance.heed(refusal);
  }

  /** Asked again and again until there is only waiting left. */
  follow(state: AgentState, at: number): readonly AgentCommand[] {
    const step = nextStep(state, at, this.#context(state));
    return this.#parts.allowance.follow(state, { step, now: at }, this);
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
      case "await_others":
        return [{ type: "execution.pause", reason: step.what }];
      case "nothing":
      case "await_model":
      case "await_tools":
      case "await_retry":
        return NONE;
    }
  }

  /** What there is to know besides the state. Only workers wait for their own. */
  #context({ record }: AgentState): StepContext {
    const { deps, agentId, equipment } = this.#parts;
    const context = equipment.steps;
    const { index } = deps.ledger;
    if (record.lifetime === "persistent" || index.childrenOf(agentId).size === 0) return context;
    return { ...context, workersAtWork: workersAtWork(index, agentId) };
  }

  /** What a call can cost is known once its inputs stand in the conversation; without a budget that is of no interest. */
  #thinking(state: AgentState, inputIds: readonly InputId[]): readonly AgentCommand[] {
    const { reservations, agentId, allowance } = this.#parts;
    const deliver: AgentCommand = { type: "input.deliver", inputIds };
    if (!reservations.bind(agentId)) return [deliver, this.#model.start(state)];
    return allowance.isGiven(inputIds, state) ? [this.#model.start(state)] : [deliver];
  }
}
