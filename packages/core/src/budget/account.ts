import type { Budget } from "../events/colony.ts";
import { NOTHING, add, type Amounts, type Tally } from "./amounts.ts";
import { NO_WORK, type WorkTime } from "./work-time.ts";

/** Which limit of a budget something would go beyond. */
export interface Lack {
  readonly limit: keyof Amounts;
  readonly budget: number;
  readonly spent: number;
  readonly held: number;
  readonly needed: number;
  /** Only what is held stands in the way, and that may turn out to be less: waiting for it can help. */
  readonly mayPass: boolean;
}

/** What a scope may spend, has spent, and holds for what is under way. */
export interface Account {
  readonly budget: Budget;
  readonly spent: Amounts;
  readonly held: Amounts;
  /** How many things are under way for which something is held. */
  readonly open: number;
  readonly time: WorkTime;
}

/** An account as its book keeps it: changed in place, since something is spent with every other event, and given away as a copy. */
export interface KeptAccount {
  budget: Budget;
  readonly spent: Tally;
  readonly held: Tally;
  open: number;
  time: WorkTime;
}

/** An account with nothing on it. */
export function newAccount(budget: Budget): KeptAccount {
  return { budget, spent: { ...NOTHING }, held: { ...NOTHING }, open: 0, time: NO_WORK };
}

/** An account as it stands now. */
export function copyOf({ budget, spent, held, open, time }: Account): KeptAccount {
  return { budget, spent: { ...spent }, held: { ...held }, open, time };
}

/** What has no price is held as nothing: what it came to is known to be unknown once it has come to it. */
export function hold(account: KeptAccount, amounts: Amounts): void {
  add(account.held, holdable(amounts));
  account.open += 1;
}

/** Where nothing is under way nothing is held, whatever a sum of fractions would say. */
export function release(account: KeptAccount, amounts: Amounts): void {
  if (account.open > 1) add(account.held, holdable(amounts), -1);
  else Object.assign(account.held, NOTHING);
  account.open = Math.max(0, account.open - 1);
}

/** Charges what was used. */
export function spend(account: KeptAccount, amounts: Amounts): void {
  add(account.spent, amounts);
}

function holdable(amounts: Amounts): Amounts {
  return amounts.usd === null ? { ...amounts, usd: 0 } : amounts;
}

const LIMITS: readonly (keyof Amounts)[] = ["usd", "tokens", "toolCalls", "workers"];

/** The first limit that the account would go beyond; undefined where there is room. */
export function lackOf({ budget, spent, held, open }: Account, need: Amounts): Lack | undefined {
  for (const limit of LIMITS) {
    const most = budget[limit];
    const needed = need[limit];
    if (most === undefined || needed === 0) continue;
    // What has no price cannot be held to a budget of money.
    if (needed === null || spent[limit] === null)
      return { limit, budget: most, spent: spent[limit] ?? 0, held: 0, needed: needed ?? 0, mayPass: false };
    const [used, reserved] = [spent[limit] ?? 0, held[limit] ?? 0];
    if (used + reserved + needed > most) {
      const mayPass = open > 0 && used + needed <= most;
      return { limit, budget: most, spent: used, held: reserved, needed, mayPass };
    }
  }
  return undefined;
}
