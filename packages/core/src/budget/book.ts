import type { Budget } from "../events/colony.ts";
import { COLONY_STREAM, type AgentId } from "../ids.ts";
import { isTold, type Usage } from "../messages/usage.ts";
import type { Fact } from "../state/fact.ts";
import {
  copyOf,
  hold,
  lackOf,
  newAccount,
  release,
  spend,
  type Account,
  type KeptAccount,
  type Lack,
} from "./account.ts";
import {
  NOTHING,
  ONE_CALL,
  ONE_WORKER,
  add,
  isCharged,
  spentOn,
  type Amounts,
  type Tally,
} from "./amounts.ts";
import { begun, ceased, heldUp, workedMs } from "./work-time.ts";

/** What a book comes to, as plain JSON. */
export interface BookState {
  readonly accounts: readonly (readonly [AgentId, Account])[];
  readonly open: readonly (readonly [string, { readonly agentId: AgentId; readonly amounts: Amounts }])[];
  /** Those at work. */
  readonly working?: readonly AgentId[] | undefined;
  /** When a host last gave a sign of life, in epoch milliseconds. */
  readonly aliveAt?: number | undefined;
}

/** A budget of time that is spent. */
export interface Overtime {
  readonly scope: AgentId;
  readonly budgetMs: number;
}

const ONLY_COLONY: readonly AgentId[] = [COLONY_STREAM];

/**
 * Who has spent how much of which budget: the colony's own account, and one for each agent whose subtree has a budget of
 * its own. A projection of the log; what is decided and not written yet is held besides. Costs the depth of the tree.
 */
export class BudgetBook {
  readonly #parentOf: (agentId: AgentId) => AgentId | undefined;
  readonly #accounts = new Map<AgentId, KeptAccount>();
  readonly #colony: KeptAccount;
  /** Whose accounts are charged where nobody has a budget but the colony. */
  readonly #onlyColony: readonly KeptAccount[];
  /** Model calls under way, with what is held for them. */
  readonly #open = new Map<string, { readonly agentId: AgentId; readonly amounts: Amounts }>();
  readonly #working: Set<AgentId>;
  #aliveAt: number;

  constructor(parentOf: (agentId: AgentId) => AgentId | undefined, saved?: BookState) {
    this.#parentOf = parentOf;
    this.#colony = newAccount({});
    this.#onlyColony = [this.#colony];
    this.#accounts.set(COLONY_STREAM, this.#colony);
    for (const [agentId, account] of saved?.accounts ?? []) {
      const known = copyOf({ ...newAccount({}), ...account });
      if (agentId === COLONY_STREAM) Object.assign(this.#colony, known);
      else this.#accounts.set(agentId, known);
    }
    for (const [callId, call] of saved?.open ?? []) this.#open.set(callId, call);
    this.#working = new Set(saved?.working);
    this.#aliveAt = saved?.aliveAt ?? 0;
  }

  /** The colony's account, or that of an agent with a budget of its own, as it stands now. */
  account(scope: AgentId = COLONY_STREAM): Account | undefined {
    const account = this.#accounts.get(scope);
    return account === undefined ? undefined : copyOf(account);
  }

  /** Whether there is any budget at all. */
  get binds(): boolean {
    return this.#accounts.size > 1 || Object.keys(this.#colony.budget).length > 0;
  }

  /** What binds an agent: its own budget and those above it, the narrowest of each limit. */
  bounds(agentId: AgentId): Budget {
    if (this.#accounts.size === 1) return this.#colony.budget;
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

  /** How many more tool calls there is room for now by the budgets that bind an agent; infinite where none does. */
  callsLeft(agentId: AgentId): number {
    let left = Number.POSITIVE_INFINITY;
    for (const scope of this.#scopes(agentId)) {
      const account = this.#accounts.get(scope);
      const most = account?.budget.toolCalls;
      if (account !== undefined && most !== undefined)
        left = Math.min(left, most - account.spent.toolCalls - account.held.toolCalls);
    }
    return Math.max(0, left);
  }

  /** How long anybody of a scope has been at work. Without a time it is as far as the log tells. */
  workedMs(scope: AgentId = COLONY_STREAM, now: number = this.#aliveAt): number {
    const account = this.#accounts.get(scope);
    return account === undefined ? 0 : workedMs(account.time, now);
  }

  /** How long an agent at work may go on by the budgets that bind it; infinite where none does. Milliseconds. */
  timeLeft(agentId: AgentId, now: number): number {
    let left = Number.POSITIVE_INFINITY;
    for (const scope of this.#scopes(agentId)) {
      const budgetMs = this.#accounts.get(scope)?.budget.wallMs;
      if (budgetMs !== undefined) left = Math.min(left, budgetMs - this.workedMs(scope, now));
    }
    return left;
  }

  /** The first budget of time on the way up that is spent. */
  overtime(agentId: AgentId, now: number): Overtime | undefined {
    for (const scope of this.#scopes(agentId)) {
      const budgetMs = this.#accounts.get(scope)?.budget.wallMs;
      if (budgetMs !== undefined && this.workedMs(scope, now) >= budgetMs) return { scope, budgetMs };
    }
    return undefined;
  }

  /** Holds amounts for what is being written. Returns the way to let go of them, which does so once. */
  hold(agentId: AgentId, amounts: Amounts): () => void {
    let held = this.#accountsOf(agentId);
    for (const account of held) hold(account, amounts);
    return () => {
      for (const account of held) release(account, amounts);
      held = [];
    };
  }

  /** Takes in a recorded event. */
  take(fact: Fact): void {
    const { agentId, at } = fact;
    switch (fact.type) {
      case "COLONY_OPENED":
        // Nobody is left who waits for what an earlier process had under way: it is charged, and stands in nobody's way.
        for (const [callId, call] of this.#open) this.#settle(call.agentId, callId, undefined);
        for (const each of this.#working) this.#cease(each, this.#aliveAt);
        return;
      case "BUDGET_SET":
        this.#colony.budget = fact.data.budget;
        return;
      case "AGENT_SPAWNED":
        if (fact.data.budget !== undefined) this.#accounts.set(agentId, newAccount(fact.data.budget));
        if (fact.data.kind === "worker") this.#spend(fact.data.parentId ?? COLONY_STREAM, ONE_WORKER);
        return;
      case "EXECUTION_STARTED":
        this.#begin(agentId, at);
        break;
      case "EXECUTION_HELD_UP":
        for (const account of this.#accountsOf(agentId)) account.time = heldUp(account.time, fact.data);
        this.#aliveAt = fact.data.ms > 0 ? Math.max(this.#aliveAt, fact.data.until) : fact.data.until;
        return;
      case "EXECUTION_PAUSED":
        if (fact.data.leaving !== true) this.#cease(agentId, at);
        break;
      case "EXECUTION_COMPLETED":
      case "EXECUTION_FAILED":
      case "EXECUTION_CANCELLED":
      case "EXECUTION_TIMED_OUT":
      case "EXECUTION_LOST":
        this.#cease(agentId, at);
        break;
      case "TOOL_CALL_STARTED":
        if (isCharged(fact.data)) this.#spend(agentId, ONE_CALL);
        break;
      case "TOOL_CALL_COMPLETED":
        break;
      case "MODEL_CALL_STARTED":
        if (fact.data.reserved !== undefined) this.#hold(agentId, fact.data.callId, fact.data.reserved);
        break;
      case "MODEL_CALL_COMPLETED":
      case "MODEL_CALL_FAILED":
        this.#settle(agentId, fact.data.callId, fact.data.usage);
        break;
      default:
        return;
    }
    // Only what the host of an execution records is a sign of life: inputs and budgets may come without one.
    if (at > this.#aliveAt) this.#aliveAt = at;
  }

  /** What it comes to, to be restored from. What is decided and not written yet is not in it: nobody would let go of it. */
  get state(): BookState {
    const held = new Map<AgentId, { readonly amounts: Tally; open: number }>();
    for (const { agentId, amounts } of this.#open.values())
      for (const scope of this.#scopes(agentId)) {
        const sum = held.get(scope) ?? { amounts: { ...NOTHING }, open: 0 };
        add(sum.amounts, { ...amounts, usd: amounts.usd ?? 0 });
        sum.open += 1;
        held.set(scope, sum);
      }
    return {
      accounts: Array.from(this.#accounts, ([scope, account]) => {
        const { amounts, open } = held.get(scope) ?? { amounts: NOTHING, open: 0 };
        return [scope, account.open === open ? copyOf(account) : { ...copyOf(account), held: amounts, open }];
      }),
      open: [...this.#open],
      working: [...this.#working],
      aliveAt: this.#aliveAt,
    };
  }

  /** Where a host took over within a process, the agent has been at work all along. */
  #begin(agentId: AgentId, at: number): void {
    if (this.#working.has(agentId)) return;
    this.#working.add(agentId);
    for (const account of this.#accountsOf(agentId)) account.time = begun(account.time, at);
  }

  #cease(agentId: AgentId, at: number): void {
    if (!this.#working.delete(agentId)) return;
    for (const account of this.#accountsOf(agentId)) account.time = ceased(account.time, at);
  }

  #hold(agentId: AgentId, callId: string, { tokens, usd }: Pick<Amounts, "tokens" | "usd">): void {
    const amounts = { ...NOTHING, tokens, usd };
    this.#open.set(callId, { agentId, amounts });
    for (const account of this.#accountsOf(agentId)) hold(account, amounts);
  }

  /** A call whose use nobody told is charged what was held for it: its provider may have been at work for us. */
  #settle(agentId: AgentId, callId: string, usage: Usage | undefined): void {
    const held = this.#open.size === 0 ? undefined : this.#open.get(callId)?.amounts;
    const told = usage !== undefined && (held === undefined || isTold(usage)) ? spentOn(usage) : undefined;
    const used = told ?? held;
    if (used === undefined) return;
    if (held !== undefined) this.#open.delete(callId);
    for (const account of this.#accountsOf(agentId)) {
      if (held !== undefined) release(account, held);
      spend(account, used);
    }
  }

  #spend(agentId: AgentId, amounts: Amounts): void {
    for (const account of this.#accountsOf(agentId)) spend(account, amounts);
  }

  /** The agent and those above it that have a budget, and the colony. */
  #scopes(agentId: AgentId): readonly AgentId[] {
    if (this.#accounts.size === 1) return ONLY_COLONY;
    const scopes: AgentId[] = [];
    for (let id: AgentId | undefined = agentId; id !== undefined; id = this.#parentOf(id))
      if (this.#accounts.has(id)) scopes.push(id);
    if (!scopes.includes(COLONY_STREAM)) scopes.push(COLONY_STREAM);
    return scopes;
  }

  /** Their accounts. */
  #accountsOf(agentId: AgentId): readonly KeptAccount[] {
    if (this.#accounts.size === 1) return this.#onlyColony;
    return this.#scopes(agentId).flatMap((scope) => this.#accounts.get(scope) ?? []);
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
