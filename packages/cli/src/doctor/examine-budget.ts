import type { ColonyEvent } from "@colony/core";
import type { ColonyReader } from "@colony/runtime";
import { budgetWords, spentLimits } from "../render/budget-words.ts";
import { harmless, listed } from "../render/words.ts";
import { raisingWords } from "../settings/budget-options.ts";
import { good, wrong, type Finding } from "./finding.ts";

type Log = Pick<ColonyReader, "head" | "feed" | "budget" | "agents">;

/** The budget of the whole colony: nothing where there is none, what is wrong where it keeps work from being done. */
export async function examineBudget(reader: Log): Promise<readonly Finding[]> {
  const account = reader.budget();
  if (Object.keys(account.budget).length === 0) return [];
  const spent = spentLimits(account);
  if (spent.length > 0) {
    const words = listed(spent.map((each) => each.words));
    const raising = raisingWords(spent.map(({ limit }) => limit));
    return [
      wrong("budget", `${words} are spent, and what needs more ends at once`, `raise it with "${raising}"`),
    ];
  }
  const refusal = await newestRefusal(reader);
  if (refusal !== undefined) return [wrong("budget", refusal, '"colony budget" shows and raises it')];
  return [good("budget", `${budgetWords(account.budget)}; there is room in it`)];
}

/** Why the overseer's newest execution ended for lack of budget, where that is so and no budget has been set since. */
async function newestRefusal(reader: Log): Promise<string | undefined> {
  const until = reader.head();
  const overseer = reader.agents().find(({ kind }) => kind === "overseer");
  let newest: ColonyEvent | undefined;
  const types = ["BUDGET_SET", "EXECUTION_COMPLETED", "EXECUTION_FAILED"] as const;
  for await (const event of reader.feed({ until, query: { types } }))
    if (event.type === "BUDGET_SET" || event.agentId === overseer?.id) newest = event;
  if (newest?.type !== "EXECUTION_FAILED" || newest.data.cause !== "budget_exhausted") return undefined;
  const { message = "it has no room for what the overseer needs" } = newest.data.error ?? {};
  return harmless(message).replace(/; raise it with .*$/u, "");
}
