import { ColonyError, spanMs, type Budget } from "@colony/core";
import type { Arguments } from "../arguments/arguments.ts";
import type { Option } from "../arguments/option.ts";

/** What was asked of a budget: limits to set, and limits that there are to be no more. */
export interface AskedBudget {
  readonly set: Budget;
  readonly lift: readonly (keyof Budget)[];
}

interface Limit extends Option {
  readonly limit: keyof Budget;
  readonly read: (text: string) => number | undefined;
  readonly form: string;
}

const number = (text: string): number | undefined => {
  const value = /^\d+(?:\.\d+)?(?:e\d+)?$/iu.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
};
const whole = (text: string): number | undefined => {
  const value = number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};
const count = (text: string): number | undefined => (/^\d{1,15}$/u.test(text) ? Number(text) : undefined);

const LIMITS: readonly Limit[] = [
  {
    limit: "usd",
    name: "usd",
    value: "N",
    says: "the most in all, in US dollars",
    read: number,
    form: "a number from 0, as in --usd 20",
  },
  {
    limit: "tokens",
    name: "tokens",
    value: "N",
    says: "the most in all, in tokens in and out",
    read: whole,
    form: "a whole number from 0, as in --tokens 200000",
  },
  {
    limit: "toolCalls",
    name: "tool-calls",
    value: "N",
    says: "the most tool calls in all",
    read: count,
    form: "a whole number, as in --tool-calls 20",
  },
  {
    limit: "workers",
    name: "workers",
    value: "N",
    says: "the most workers spawned in all",
    read: count,
    form: "a whole number, as in --workers 20",
  },
  {
    limit: "wallMs",
    name: "wall",
    value: "TIME",
    says: "the longest that anybody may be at work in all, as in 30s, 10m or 2h; a bare number is seconds",
    read: spanMs,
    form: "a time, as in --wall 10m",
  },
  {
    limit: "depth",
    name: "depth",
    value: "N",
    says: "how deep agents may spawn: 1 lets the overseer, 0 nobody",
    read: count,
    form: "a whole number, as in --depth 1",
  },
];

/** The options by which a budget is set. */
export const BUDGET_OPTIONS: readonly Option[] = LIMITS.map(({ name, value = "", says }) => ({
  name,
  value,
  says,
}));

/** How the limits are set that are spent, as it is typed. */
export function raisingWords(limits: readonly (keyof Budget)[]): string {
  const options = LIMITS.filter(({ limit }) => limits.includes(limit)).map(
    ({ name, value = "" }) => ` --${name} ${value}`,
  );
  return `colony budget${options.join("")}`;
}

/** Reads them. Throws `usage.invalid`. */
export function askedBudget(args: Arguments): AskedBudget {
  const set: Record<string, number> = {};
  const lift: (keyof Budget)[] = [];
  for (const { name, limit, read, form } of LIMITS) {
    const text = args.text(name);
    if (text === undefined) continue;
    const value = read(text);
    if (text.trim().toLowerCase() === "none") lift.push(limit);
    else if (value === undefined)
      throw new ColonyError("usage.invalid", `--${name} is "${text}"; give ${form}, or none`);
    else set[limit] = value;
  }
  return { set, lift };
}
