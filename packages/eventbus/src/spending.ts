import {
  BudgetBook,
  COLONY_STREAM,
  needOf,
  type AgentId,
  type BookState,
  type ColonyEvent,
  type Lack,
  type NewEvent,
  type Refusal,
} from "@colony/core";

/**
 * Holds decisions to the budgets: what is decided is claimed at once, before it is written, so that any number of agents
 * deciding side by side never go beyond one together.
 */
export class Spending {
  #book: BudgetBook;
  readonly #parentOf: (agentId: AgentId) => AgentId | undefined;

  constructor(parentOf: (agentId: AgentId) => AgentId | undefined) {
    this.#parentOf = parentOf;
    this.#book = new BudgetBook(parentOf);
  }

  get book(): BudgetBook {
    return this.#book;
  }

  /** Goes on from what was saved. */
  begin(saved: BookState): void {
    this.#book = new BudgetBook(this.#parentOf, saved);
  }

  /** Claims what events would take. Returns the way to let go of the claim once they are written or have failed. */
  claim(agentId: AgentId, events: readonly NewEvent[]): Refusal | (() => void) | undefined {
    const need = needOf(events);
    if (need.usd === 0 && need.tokens === 0 && need.toolCalls === 0 && need.workers === 0) return undefined;
    const [first] = events;
    const payer = first?.type === "AGENT_SPAWNED" ? (first.data.parentId ?? COLONY_STREAM) : agentId;
    const lack = this.#book.lack(payer, need);
    return lack === undefined ? this.#book.hold(payer, need) : refusalOf(lack);
  }

  take(event: ColonyEvent): void {
    this.#book.take(event);
  }
}

const UNITS = { usd: "US dollars", tokens: "tokens", toolCalls: "tool calls", workers: "workers" } as const;

function refusalOf({
  limit,
  budget,
  spent,
  held,
  needed,
  scope,
}: Lack & { readonly scope: AgentId }): Refusal {
  const whose = scope === COLONY_STREAM ? "the colony" : `agent "${scope}"`;
  const waits = held > 0 && spent + needed <= budget;
  return {
    code: waits ? "budget.held" : "budget.exhausted",
    message: `the budget of ${whose} is ${budget} ${UNITS[limit]}: ${rounded(spent)} are spent${held > 0 ? `, ${rounded(held)} are held for what is under way` : ""}, and this may need ${rounded(needed)} more`,
    details: { limit, budget, spent, held, needed, scope },
  };
}

function rounded(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
