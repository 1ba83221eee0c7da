import type { AgentId, Budget, CorrelationId, InputId } from "@colony/core";
import type { ApproveOptions, InjectOptions, Receipt } from "./colony.ts";
import type { GivenAnswers } from "./requests/requests.ts";
import type { LifeWord } from "./letters/life-letter.ts";
import type { ColonyReader } from "./reader.ts";
import type { SentTriggers } from "./triggers/colony-triggers.ts";

/**
 * A colony folder that is written to from beside: what is sent is durable when the promise resolves, and whoever has the
 * colony open does it within moments, without being disturbed in what it does. Where nobody has, the next one does it first
 * of all.
 */
export interface ColonySender extends AsyncDisposable {
  /** The same colony to look at. */
  readonly reader: ColonyReader;
  /**
   * Says something to the overseer, or to the agent named by `to`. The same key with the same text is one input, whoever
   * sends it. Throws `agent.not_found`, `agent.closed`, `input.invalid`, `input.key_conflict`.
   */
  inject(text: string, options?: InjectOptions & { readonly to?: string }): Promise<SentInput>;
  /** Cancels what an agent is doing now. Throws `agent.not_found` and `execution.ended` where there is nothing to cancel. */
  cancel(idOrName: string, options?: { readonly reason?: string }): Promise<Sent>;
  /** Cancels and closes an agent and everything below it; without one, or for the overseer, stops everything. */
  stop(options?: { readonly agent?: string; readonly reason?: string }): Promise<Sent>;
  /**
   * Closes a worker, opens it again, dismisses or removes it, as the handle of one does. What can never be done is refused at
   * once (`agent.not_found`, `agent.not_a_worker`, `agent.not_persistent`), the rest by its owner (`agent.not_closed`).
   */
  ask(word: LifeWord, idOrName: string, options?: { readonly reason?: string }): Promise<Sent>;
  /** Answers a question, as `Colony.answer` does. Throws `request.not_found`, `request.not_open` and `answer.invalid`. */
  answer(request: string, answers: GivenAnswers): Promise<Sent>;
  /** Lets a call run. Throws `request.not_found` and `request.not_open`; whether the tool takes its input its owner says. */
  approve(request: string, options?: ApproveOptions): Promise<Sent>;
  /** Has a call answered as denied. Throws `request.not_found` and `request.not_open`. */
  deny(request: string, options?: { readonly reason?: string }): Promise<Sent>;
  /** Sets limits of the colony's budget; those that are not named stay. Throws `settings.invalid`. */
  setBudget(budget: Budget): Promise<Sent>;
  /** Sets, removes and fires triggers, as `Colony.triggers` does. */
  readonly triggers: SentTriggers;
  close(): Promise<void>;
}

/** Something that was sent and is kept until it is done. */
export interface Sent {
  readonly letterId: string;
  /**
   * Resolves once whoever has the colony open has done it: not before somebody has. Rejects with what it was refused with,
   * which stands in the log as LETTER_REFUSED.
   */
  taken(options?: { readonly signal?: AbortSignal }): Promise<void>;
}

/** An input that was sent. */
export interface SentInput extends Sent, Omit<Receipt, "withdraw" | "arrival"> {
  /** Its owner may receive the same under the same key before it takes the letter: from then on, that one's. */
  readonly inputId: InputId;
  readonly agentId: AgentId;
  readonly correlationId: CorrelationId;
}
