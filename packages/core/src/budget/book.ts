import type { Budget } from "../events/colony.ts";
import { COLONY_STREAM, type AgentId } from "../ids.ts";
import type { Fact } from "../state/fact.ts";
import { hold, lackOf, newAccount, release, spend, type Account, type Lack } from "./account.ts";
import { NOTHING, needOf, spentOn, type Amounts } from "./amounts.ts";

/** What a book comes to, as plain JSON. */
export interface BookState {
  readonly accounts: readonly (readonly [AgentId, Account])[];
  readonly open: readonly (readonly [string, { readonly agentId: AgentId; readonly amounts: Amounts }])[];
}

/**
 * Who has spent how much of which budget: the colony's own account, and one for each agent whose subtree has a budget of
 * its own. A projection of the log; what is decided and not written yet is held besides. Costs the depth of the tree.
 */
export class BudgetBook {
  readonly #parentOf: (agentId: AgentId) => AgentId | undefined;
  readonly #accounts = new Map<AgentId, Account>();
  /** Model calls under way, with what is held for them. */
  readonly #open = new Map<string, { readonly agentId: AgentId; readonly amounts: Amounts }>();

  constructor(parentOf: (agentId: AgentId) => AgentId | undefined, saved?: BookState) {
    this.#parentOf = parentOf;
    this.#accounts.set(COLONY_STREAM, newAccount({}));
    for (const [agentId, account] of saved?.accounts ?? [])
      this.#accounts.set(agentId, { ...newAccount({}), ...account });
    for (const [callId, call] of saved?.open ?? []) this.#open.set(callId, call);
  }

  /** The colony's account, or that of an agent with a budget of its own. */
  account(scope: AgentId = COLONY_STREAM): Account | undefined {
    return this.#accounts.get(scope);
  }

  /** What binds an agent: its own budget and those above it, the narrowest of each limit. */
  bounds(agentId: AgentId): Budget {
    if (this.#accounts.size === 1) return this.#accounts.get(COLONY_STREAM)?.budget ?? {};
    return this.#scopes(agentId).reduce<Budget>(
      (bounds, scope) => narrowed(bounds, this.#accounts.get(scope)?.budget ?? {}),
      {},
    );
  }

  /** Why an agent may not spend so much: the first budget on the way up that has no room for it. */
  lack(agentId: AgentId, need: Amounts): (Lack & { readonly scope: AgentId }) | undefined {
    for (const scope of this.#scopes(agentId)) {
      const account = this.#accounts.get(scope);
      const lack = account === undefined ? undefined : lackOf(account, need);
      if (lack !== undefined) return { ...lack, scope };
    }
    return undefined;
  }

  /** Holds amounts for what is being written. Returns the way to let go of them. */
  hold(agentId: AgentId, amounts: Amounts): () => void {
    const scopes = this.#scopes(agentId);
    for (const scope of scopes) this.#change(scope, (account) => hold(account, amounts));
    return () => {
      for (const scope of scopes) this.#change(scope, (account) => release(account, amounts));
    };
  }

  /** Takes in a recorded event. */
  take(fact: Fact): void {
    switch (fact.type) {
      case "COLONY_OPENED":
        // Nobody is left who waits for what an earlier process had under way: it is charged, and stands in nobody's way.
        for (const [callId, { agentId }] of this.#open) this.#settle(agentId, callId, undefined);
        return;
      case "BUDGET_SET":
        this.#change(COLONY_STREAM, (account) => ({ ...account, budget: fact.data.budget }));
        return;
      case "AGENT_SPAWNED":
        if (fact.data.budget !== undefined) this.#accounts.set(fact.agentId, newAccount(fact.data.budget));
        if (fact.data.kind === "worker") this.#spend(fact.data.parentId ?? COLONY_STREAM, needOf([fact]));
        return;
      case "TOOL_CALL_STARTED":
        this.#spend(fact.agentId, needOf([fact]));
        return;
      case "MODEL_CALL_STARTED":
        if (fact.data.reserved !== undefined)
          this.#begin(fact.agentId, fact.data.callId, { ...NOTHING, ...fact.data.reserved });
        return;
      case "MODEL_CALL_COMPLETED":
        this.#settle(fact.agentId, fact.data.callId, spentOn(fact.data.usage));
        return;
      case "MODEL_CALL_FAILED":
        this.#settle(
          fact.agentId,
          fact.data.callId,
          fact.data.usage === undefined ? undefined : spentOn(fact.data.usage),
        );
        return;
      default:
        return;
    }
  }

  /** What it comes to, to be restored from. */
  get state(): BookState {
    return { accounts: [...this.#accounts], open: [...this.#open] };
  }

  #begin(agentId: AgentId, callId: string, amounts: Amounts): void {
    this.#open.set(callId, { agentId, amounts });
    for (const scope of this.#scopes(agentId)) this.#change(scope, (account) => hold(account, amounts));
  }

  /** A call whose use nobody told is charged what was held for it: its provider may have been at work for us. */
  #settle(agentId: AgentId, callId: string, used: Amounts | undefined): void {
    const held = this.#open.get(callId)?.amounts;
    if (held === undefined && used === undefined) return;
    this.#open.delete(callId);
    for (const scope of this.#scopes(agentId))
      this.#change(scope, (account) =>
        spend(held === undefined ? account : release(account, held), used ?? held ?? NOTHING),
      );
  }

  #spend(agentId: AgentId, amounts: Amounts): void {
    for (const scope of this.#scopes(agentId)) this.#change(scope, (account) => spend(account, amounts));
  }

  /** The agent and those above it that have a budget, and the colony. */
  #scopes(agentId: AgentId): readonly AgentId[] {
    const scopes: AgentId[] = [];
    for (let id: AgentId | undefined = agentId; id !== undefined; id = this.#parentOf(id))
      if (this.#accounts.has(id)) scopes.push(id);
    if (!scopes.includes(COLONY_STREAM)) scopes.push(COLONY_STREAM);
    return scopes;
  }

  #change(scope: AgentId, change: (account: Account) => Account): void {
    const account = this.#accounts.get(scope);
    if (account !== undefined) this.#accounts.set(scope, change(account));
  }
}

/** A budget that is nowhere wider than another. */
export function narrowed(budget: Budget, within: Budget): Budget {
  const limits = Object.keys({ ...budget, ...within }) as (keyof Budget)[];
  const entries = limits.map((limit) => [
    limit,
    Math.min(budget[limit] ?? Number.POSITIVE_INFINITY, within[limit] ?? Number.POSITIVE_INFINITY),
  ]);
  return Object.fromEntries(entries) as Budget;
}
