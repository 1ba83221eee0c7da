import {
  stallOf,
  stallsAt,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type Amounts,
  type Failure,
  type InputId,
  type Refusal,
  type Step,
} from "@colony/core";
import { overtimeRefusal } from "@colony/eventbus";
import type { LoopDeps } from "./deps.ts";
import { callsThatFit } from "./fitting-calls.ts";

const NONE: readonly Refusal[] = [];

/** How an execution ends that may not go on. */
type End = Extract<Step, { readonly do: "end" }>;

/** Says what is done of a step. */
interface Doer {
  doing(state: AgentState, step: Step): readonly AgentCommand[];
}

/**
 * What a run does where it may not go on as it would: a budget has no room for its next step, its time is spent, or
 * nothing has been heard of what it waits for. It waits while others hold what it needs, and otherwise comes to its end.
 */
export class Allowance {
  readonly #deps: Pick<LoopDeps, "ledger">;
  readonly #agentId: AgentId;
  /** Why what was to begin did not, one for each limit; asked anew with each commit. */
  #refused = NONE;
  #leave: (() => void) | undefined;
  /** Inputs that are given in the commit that is being made, before it is known what the call will be. */
  #given: readonly InputId[] = [];
  /** A number of the size that comes later, or each new run would change the shape of all. */
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(deps: Pick<LoopDeps, "ledger">, agentId: AgentId) {
    this.#deps = deps;
    this.#agentId = agentId;
  }

  /** Whether there is nothing to do but to wait until others have settled. */
  get isWaiting(): boolean {
    return this.#held !== undefined;
  }

  /** A model or a tool has given a passing sign of getting on. */
  heard(at: number): void {
    this.#heardAt = at;
  }

  /** A new commit is made: there may be room by now. */
  askAgain(): void {
    this.#refused = NONE;
  }

  /** Whether the commit is to be made again, without what the budget has no room for. */
  heed(refusal: Refusal): boolean {
    if (refusal.code !== "budget.held" && refusal.code !== "budget.exhausted") return false;
    if (this.#refused.some((other) => isOfCalls(other) === isOfCalls(refusal))) return false;
    this.#refused = [...this.#refused, refusal];
    return true;
  }

  /** What is done of a step: as it is, as much of it as there is room for, nothing yet, or the end instead. */
  follow(
    state: AgentState,
    { step, now }: { readonly step: Step; readonly now: number },
    doer: Doer,
  ): readonly AgentCommand[] {
    const end = this.#endInstead(step, now);
    if (end !== undefined) return [...givenWith(step), ...doer.doing(state, end)];
    const commands = this.#within(state, step, doer);
    if (commands.length > 0 || step.do === "nothing") return commands;
    const stalled = this.#stalled(state, now);
    return stalled === undefined ? commands : doer.doing(state, stalled);
  }

  /** The end that comes instead of a step for which there will be no room, or no time. */
  #endInstead(step: Step, now: number): End | undefined {
    if (step.do === "end" || step.do === "nothing") return undefined;
    const overtime = this.#deps.ledger.budgets.overtime(this.#agentId, now);
    if (overtime !== undefined) return spent(overtimeRefusal(overtime));
    const refused = step.do === "think" ? this.#refusalOf("thinking") : undefined;
    return refused?.code === "budget.exhausted" ? spent(refused) : undefined;
  }

  /** What is begun of a step: as much as there is room for. */
  #within(state: AgentState, step: Step, doer: Doer): readonly AgentCommand[] {
    if (step.do === "think" && this.#refusalOf("thinking") !== undefined) return [];
    const usual = doer.doing(state, step);
    const refused = step.do === "run_tools" ? this.#refusalOf("calls") : undefined;
    if (step.do !== "run_tools" || refused === undefined) return usual;
    if (refused.code === "budget.held") return usual.filter(({ type }) => type !== "tool.start");
    const room = this.#deps.ledger.budgets.callsLeft(this.#agentId);
    return callsThatFit(usual, { room, calls: step.calls, reason: refused.message });
  }

  /** True once the inputs stand in the conversation, so that the call can be measured as it will be made. */
  isGiven(inputIds: readonly InputId[], { inbox }: AgentState): boolean {
    const given = this.#given.length > 0 && !inbox.some(({ inputId }) => this.#given.includes(inputId));
    this.#given = given ? [] : inputIds;
    return given || inputIds.length === 0;
  }

  /** How long the run may wait before its time is spent or it has stalled; infinite where nothing bounds it. Milliseconds. */
  msLeft(state: AgentState, now: number): number {
    const left = this.#deps.ledger.budgets.timeLeft(this.#agentId, now);
    const stallAt = this.isWaiting ? undefined : stallsAt(state, this.#heardAt);
    return stallAt === undefined ? left : Math.min(left, stallAt - now);
  }

  /** The end of a run that has waited too long for a sign of what it waits for; not for room, which others take up. */
  #stalled(state: AgentState, now: number): End | undefined {
    if (state.limits.stallMs === undefined || this.isWaiting) return undefined;
    const error = stallOf(state, { now, heardAt: this.#heardAt });
    return error === undefined ? undefined : { do: "end", end: "failed", cause: "stalled", error };
  }

  /** Tells when there may be room, or when it is known that there will be none. */
  wait(wake: () => void): void {
    const need = this.#held?.details?.["need"] as Amounts | undefined;
    if (need === undefined) return;
    this.#leave ??= this.#deps.ledger.roomLine.join(this.#agentId, need, wake);
  }

  /** Somebody else's turn. */
  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  get #held(): Refusal | undefined {
    if (this.#refused === NONE) return undefined;
    return this.#refused.find(({ code }) => code === "budget.held");
  }

  #refusalOf(what: "thinking" | "calls"): Refusal | undefined {
    if (this.#refused === NONE) return undefined;
    return this.#refused.find((refusal) => isOfCalls(refusal) === (what === "calls"));
  }
}

/** What an execution would have been given counts as given when it ends, or the next one would end of the same, for ever. */
function givenWith(step: Step): readonly AgentCommand[] {
  return step.do === "think" ? [{ type: "input.deliver", inputIds: step.deliver }] : [];
}

function isOfCalls({ details }: Refusal): boolean {
  return details?.["limit"] === "toolCalls";
}

function spent({ code, message }: Failure): End {
  return { do: "end", end: "failed", cause: "budget_exhausted", error: { code, message } };
}
