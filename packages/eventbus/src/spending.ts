import {
  BudgetBook,
  COLONY_STREAM,
  needOf,
  type AgentId,
  type Amounts,
  type BookState,
  type ColonyEvent,
  type Lack,
  type NewEvent,
  type Refusal,
} from "@colony/core";
import { RoomLine } from "./room-line.ts";

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
    if (lack !== undefined) return refusalOf(lack, need);
    const letGo = this.#book.hold(payer, need);
    return () => {
      letGo();
      this.line.move();
    };
  }

  /** Where those wait for whom there may be room once others have settled. */
  readonly line = new RoomLine((agentId, need) => this.#book.lack(agentId, need));

  take(event: ColonyEvent): void {
    this.#book.take(event);
    if (MAKES_ROOM.has(event.type)) this.line.move();
  }
}

/** Events by which something that was held is held no more, or the budget is another. */
const MAKES_ROOM: ReadonlySet<string> = new Set([
  "MODEL_CALL_COMPLETED",
  "MODEL_CALL_FAILED",
  "BUDGET_SET",
  "COLONY_OPENED",
]);

const UNITS = { usd: "US dollars", tokens: "tokens", toolCalls: "tool calls", workers: "workers" } as const;

/** Which budget stands in the way, in words for whoever is told, with all that was needed. */
export function refusalOf(lack: Lack & { readonly scope: AgentId }, need: Amounts): Refusal {
  const { limit, budget, spent, held, needed, mayPass, scope } = lack;
  const whose = scope === COLONY_STREAM ? "the colony" : `agent "${scope}"`;
  const underWay = held > 0 ? `, ${rounded(held)} are held for what is under way` : "";
  return {
    code: mayPass ? "budget.held" : "budget.exhausted",
    message: `the budget of ${whose} is ${rounded(budget)} ${UNITS[limit]}: ${rounded(spent)} are spent${underWay}, and this may need ${rounded(needed)} more`,
    details: { limit, budget, spent, held, needed, scope, need: { ...need } },
  };
}

function rounded(amount: number): number {
  return Math.round(amount * 1_000_000) / 1_000_000;
}
