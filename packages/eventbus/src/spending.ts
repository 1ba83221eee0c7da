import {
  BudgetBook,
  COLONY_STREAM,
  needOf,
  type AgentId,
  type BookState,
  type ColonyEvent,
  type Fact,
  type Refusal,
} from "@colony/core";
import { RoomLine } from "./room-line.ts";
import { depthRefusal, overtimeRefusal, refusalOf } from "./spending-words.ts";

/**
 * Holds decisions to the budgets: what is decided is claimed at once, before it is written, so that any number of agents
 * deciding side by side never go beyond one together.
 */
export class Spending {
  #book: BudgetBook;
  #isRoomMade = false;
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

  /** Claims what events would take. Returns the claim: calling it takes it back, once they are taken in or will never be. */
  claim(agentId: AgentId, facts: readonly Fact[]): Refusal | (() => void) | undefined {
    if (!this.#book.binds) return undefined;
    const need = needOf(facts);
    if (need.usd === 0 && need.tokens === 0 && need.toolCalls === 0 && need.workers === 0) return undefined;
    const [first] = facts;
    const spawned = first?.type === "AGENT_SPAWNED" ? first.data : undefined;
    const payer = spawned === undefined ? agentId : (spawned.parentId ?? COLONY_STREAM);
    const refused =
      spawned === undefined ? undefined : this.#notAtAll(payer, { ...spawned, at: first?.at ?? 0 });
    if (refused !== undefined) return refused;
    const lack = this.#book.lack(payer, need);
    if (lack !== undefined) return refusalOf(lack, need);
    return this.#book.hold(payer, need);
  }

  /** What a claim was made for is written, or has failed: there may be room for others. */
  letGo(claim: () => void): void {
    claim();
    this.line.move();
  }

  /** Why there may be no further worker below an agent, however little it needs. */
  #notAtAll(payer: AgentId, worker: { readonly depth: number; readonly at: number }): Refusal | undefined {
    const overtime = this.#book.overtime(payer, worker.at);
    return overtime === undefined
      ? depthRefusal(this.#book.bounds(payer), worker)
      : overtimeRefusal(overtime);
  }

  /** Where those wait for whom there may be room once others have settled. */
  readonly line = new RoomLine((agentId, need) => this.#book.lack(agentId, need));

  take(event: ColonyEvent): void {
    this.#book.take(event);
    if (this.line.isWaitedIn && MAKES_ROOM.has(event.type)) this.#isRoomMade = true;
  }

  /** All that was told together is taken: before that, who is woken could take what a later one of these has spent. */
  taken(): void {
    if (!this.#isRoomMade) return;
    this.#isRoomMade = false;
    this.line.move();
  }
}

/** Events by which something that was held is held no more, or the budget is another. */
const MAKES_ROOM: ReadonlySet<string> = new Set([
  "MODEL_CALL_COMPLETED",
  "MODEL_CALL_FAILED",
  "BUDGET_SET",
  "COLONY_OPENED",
]);
