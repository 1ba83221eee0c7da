import type { Budget } from "@colony/core";
import type { ColonyBudget } from "@colony/runtime";
import { cost, duration, tokens } from "./units.ts";

/** What is allowed by each limit, and what nothing at all is called: money that is none is not free. */
const MOST: { readonly [limit in keyof Budget]-?: (most: number) => string } = {
  usd: (most) => (most === 0 ? "$0" : cost(most)),
  tokens: (most) => tokens(most),
  toolCalls: String,
  workers: String,
  depth: String,
  wallMs: (most) => duration(most),
};

const NAMES: { readonly [limit in keyof Budget]-?: string } = {
  usd: "",
  tokens: " tokens",
  toolCalls: " tool calls",
  workers: " workers",
  depth: " deep",
  wallMs: " at work",
};

const LIMITS = ["usd", "tokens", "toolCalls", "workers", "wallMs"] as const;
const isLimit = (name: string): name is keyof Budget => Object.hasOwn(MOST, name);

/** A budget on one line, as it is told of when it is set. */
export function budgetWords(budget: Budget): string {
  const limits = Object.entries(budget).flatMap(([name, most]) =>
    isLimit(name) && most !== undefined ? [`at most ${MOST[name](most)}${NAMES[name]}`] : [],
  );
  return limits.length === 0 ? "no limit" : limits.join(", ");
}

/** Limits of which nothing is left. Money of which nobody knows how much was spent is not spent. */
export function spentLimits({ budget, spent }: ColonyBudget): readonly SpentLimit[] {
  return LIMITS.flatMap((limit) => {
    const [most, used] = [budget[limit], spent[limit]];
    if (most === undefined || used === null || used < most) return [];
    return [{ limit, words: `${MOST[limit](used)} of ${MOST[limit](most)}${NAMES[limit]}` }];
  });
}

/** One of them, and how it is told: `3k of 3k tokens`. */
interface SpentLimit {
  readonly limit: keyof Budget;
  readonly words: string;
}

/** What has been spent of each limit, a line for each. */
export function budgetLines({ budget, spent }: ColonyBudget): readonly string[] {
  const line = (title: string, used: string, limit: keyof Budget): string => {
    const most = budget[limit];
    return `${title.padEnd(12)}${used}${most === undefined ? "no limit" : MOST[limit](most)}`;
  };
  return [
    line(
      "US dollars",
      `${spent.usd === 0 ? "$0" : spent.usd === null ? "unknown" : cost(spent.usd)} of `,
      "usd",
    ),
    line("tokens", `${tokens(spent.tokens)} of `, "tokens"),
    line("tool calls", `${spent.toolCalls} of `, "toolCalls"),
    line("workers", `${spent.workers} of `, "workers"),
    line("at work", `${duration(spent.wallMs)} of `, "wallMs"),
    line("depth", budget.depth === undefined ? "" : "at most ", "depth"),
  ];
}
