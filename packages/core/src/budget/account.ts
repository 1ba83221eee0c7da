import type { Budget } from "../events/colony.ts";
import { NOTHING, plus, type Amounts } from "./amounts.ts";

/** Which limit of a budget something would go beyond. */
export interface Lack {
  readonly limit: keyof Budget;
  readonly budget: number;
  readonly spent: number;
  /** Held for calls under way, which may need less: waiting for them can help. */
  readonly held: number;
  readonly needed: number;
}

/** What a scope may spend, has spent, and holds for what is under way. */
export interface Account {
  readonly budget: Budget;
  readonly spent: Amounts;
  readonly held: Amounts;
}

/** An account with nothing on it. */
export function newAccount(budget: Budget): Account {
  return { budget, spent: NOTHING, held: NOTHING };
}

export const hold = (account: Account, amounts: Amounts): Account => ({
  ...account,
  held: plus(account.held, amounts),
});
export const release = (account: Account, amounts: Amounts): Account => ({
  ...account,
  held: plus(account.held, amounts, -1),
});
export const spend = (account: Account, amounts: Amounts): Account => ({
  ...account,
  spent: plus(account.spent, amounts),
});

const LIMITS: readonly (keyof Budget)[] = ["usd", "tokens", "toolCalls", "workers"];

/** The first limit that the account would go beyond; undefined where there is room. */
export function lackOf({ budget, spent, held }: Account, need: Amounts): Lack | undefined {
  for (const limit of LIMITS) {
    const most = budget[limit];
    const needed = need[limit];
    if (most === undefined || needed === 0) continue;
    // What has no price cannot be held to a budget of money.
    if (needed === null || spent[limit] === null || held[limit] === null)
      return { limit, budget: most, spent: spent[limit] ?? 0, held: 0, needed: needed ?? 0 };
    const [used, reserved] = [spent[limit] ?? 0, held[limit] ?? 0];
    if (used + reserved + needed > most) return { limit, budget: most, spent: used, held: reserved, needed };
  }
  return undefined;
}
