import type { AgentCommand, AgentState, CallId, Pulse } from "@colony/core";
import type { AskListener, Asked } from "../model/ask-model.ts";
import type { Delta } from "../model/read-answer.ts";
import type { Effect } from "./effects.ts";
import type { RunParts } from "./run-parts.ts";

/** Says what to record of a call that has come back. */
interface Asker {
  outcomeOf(call: ModelCall, asked: Asked): readonly AgentCommand[];
}

/** A model call under way: what it has said, and who is told of that. */
export class ModelCall implements AskListener {
  readonly state: AgentState;
  readonly effect: Effect;
  readonly #parts: Pick<RunParts, "deps" | "allowance">;
  readonly #asker: Asker;
  #answer: { readonly text: string } | undefined;

  constructor(
    parts: Pick<RunParts, "deps" | "allowance">,
    asker: Asker,
    { state, effect }: { readonly state: AgentState; readonly effect: Effect },
  ) {
    this.#parts = parts;
    this.#asker = asker;
    this.state = state;
    this.effect = effect;
  }

  get callId(): CallId {
    return this.effect.callId;
  }

  /** Undefined while it has said nothing. */
  get said(): string | undefined {
    return this.#answer?.text;
  }

  onBegun(answer: { readonly text: string }): void {
    this.#answer = answer;
    this.#parts.deps.drafts.begin(this.state.record.id, this.callId, answer);
  }

  onDelta(delta: Delta, at: number): void {
    const { deps, allowance } = this.#parts;
    allowance.heard(at);
    if (!deps.bus.isHeard) return;
    const { id: agentId, execution } = this.state.record;
    if (execution === null) return;
    const pulse: Pulse = { agentId, executionId: execution.id, callId: this.callId, ...delta };
    deps.bus.pulse(pulse);
  }

  /** It has come back. */
  onAsked(asked: Asked): void {
    try {
      if (this.#answer !== undefined) this.#parts.deps.drafts.end(this.state.record.id, this.callId);
      // What one that was called off had said may be asked for later.
      if (asked.outcome !== "aborted") this.#answer = undefined;
      this.effect.back(this.#asker.outcomeOf(this, asked));
    } catch (error) {
      this.effect.fail(error);
    }
  }
}
