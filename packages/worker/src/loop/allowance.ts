import type { AgentCommand, AgentId, AgentState, Amounts, InputId, Refusal, Step } from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/**
 * What a run does where a budget has no room for its next step: it waits while others hold what it needs, and comes to
 * its end where the budget is spent.
 */
export class Allowance {
  readonly #ledger: Ledger;
  readonly #agentId: AgentId;
  /** Why what was to begin did not; asked anew with each commit. */
  #refused: Refusal | undefined;
  #leave: (() => void) | undefined;
  /** Inputs that are given in the commit that is being made, before it is known what the call will be. */
  #given: readonly InputId[] = [];

  constructor(ledger: Ledger, agentId: AgentId) {
    this.#ledger = ledger;
    this.#agentId = agentId;
  }

  /** Whether there is nothing to do but to wait until others have settled. */
  get isWaiting(): boolean {
    return this.#refused?.code === "budget.held";
  }

  /** A new commit is made: there may be room by now. */
  askAgain(): void {
    this.#refused = undefined;
  }

  /** Whether the commit is to be made again, without what the budget has no room for. */
  heed(refusal: Refusal): boolean {
    if (this.#refused !== undefined) return false;
    if (refusal.code !== "budget.held" && refusal.code !== "budget.exhausted") return false;
    this.#refused = refusal;
    return true;
  }

  /** What follows instead of a step that there is no room for; undefined where there is, or it needs none. */
  instead(step: Step, usual: () => readonly AgentCommand[]): readonly AgentCommand[] | undefined {
    const refused = this.#refused;
    if (refused === undefined || (step.do !== "think" && step.do !== "run_tools")) return undefined;
    if (refused.code === "budget.held")
      return step.do === "think" ? [] : usual().filter(({ type }) => type !== "tool.start");
    const error = { code: refused.code, message: refused.message };
    const end: AgentCommand = { type: "execution.end", end: "failed", cause: "budget_exhausted", error };
    // What it would have been given counts as given, or the next execution would end of the same, for ever.
    return step.do === "think" ? [{ type: "input.deliver", inputIds: step.deliver }, end] : [end];
  }

  /** True once the inputs stand in the conversation, so that the call can be measured as it will be made. */
  isGiven(inputIds: readonly InputId[], { inbox }: AgentState): boolean {
    const given = this.#given.length > 0 && !inbox.some(({ inputId }) => this.#given.includes(inputId));
    this.#given = given ? [] : inputIds;
    return given || inputIds.length === 0;
  }

  /** Tells when there may be room, or when it is known that there will be none. */
  wait(wake: () => void): void {
    const need = this.#refused?.details?.["need"] as Amounts | undefined;
    if (!this.isWaiting || need === undefined) return;
    this.#leave ??= this.#ledger.roomLine.join(this.#agentId, need, wake);
  }

  /** Somebody else's turn. */
  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }
}
