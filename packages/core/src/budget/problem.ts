import { z } from "zod";
import { Budget } from "../events/colony.ts";
import { shownValue } from "../settings/shown-value.ts";

/** Logs of earlier releases may hold a piece of a token; nobody can spend one. */
const Strict = z.strictObject({ ...Budget.unwrap().shape, tokens: z.int().nonnegative().optional() });

const FRACTIONS: ReadonlySet<PropertyKey> = new Set<keyof Budget>(["usd", "wallMs"]);

/** What is wrong with a budget that somebody has written down, in words; undefined where nothing is. */
export function budgetProblem(budget: unknown): string | undefined {
  const issue = issueOf(budget);
  if (issue === undefined) return undefined;
  const limits = Object.keys(Strict.shape).join(", ");
  if (issue.code === "unrecognized_keys")
    return `a budget has no limit "${issue.keys[0] ?? ""}"; there are: ${limits}`;
  const limit = issue.path[0];
  if (limit === undefined) return `the budget is not an object; give some of ${limits}`;
  const range = FRACTIONS.has(limit)
    ? "a number from 0"
    : `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;
  const value = (budget as Readonly<Record<PropertyKey, unknown>>)[limit];
  return `budget.${String(limit)} is ${shownValue(value)}; give ${range}`;
}

/** What throws when it is looked at is no object to go by. */
function issueOf(budget: unknown): z.core.$ZodIssue | undefined {
  try {
    return Strict.safeParse(budget).error?.issues[0];
  } catch {
    return Strict.safeParse(undefined).error?.issues[0];
  }
}
