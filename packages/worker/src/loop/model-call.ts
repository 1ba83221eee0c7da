import type { AgentState, CallId, Pulse } from "@colony/core";
import type { AskListener } from "../model/ask-model.ts";
import type { Delta } from "../model/read-answer.ts";
import type { RunParts } from "./run-parts.ts";

/** A model call under way: what it has said, and who is told of that. */
export class ModelCall implements AskListener {
  readonly state: AgentState;
  readonly callId: CallId;
  readonly #parts: Pick<RunParts, "deps" | "allowance">;
  #answer: { readonly text: string } | undefined;

  constructor(parts: Pick<RunParts, "deps" | "allowance">, state: AgentState, callId: CallId) {
    this.#parts = parts;
    this.state = state;
    this.callId = callId;
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
  end(): void {
    if (this.#answer !== undefined) this.#parts.deps.drafts.end(this.state.record.id, this.callId);
  }
}
