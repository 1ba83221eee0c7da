import { ColonyError, budgetProblem, type Account, type Budget, type ColonyState } from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { unpricedModel, type AgentDefinition, type PriceOf } from "@colony/worker";

/** What the colony may spend in all, has spent, and holds for what is under way. */
export type ColonyBudget = Pick<Account, "budget" | "spent" | "held">;

interface BudgetDeps {
  readonly ledger: Ledger;
  readonly definitions: readonly (readonly [string, AgentDefinition])[];
  readonly priceOf: PriceOf;
}

/** Sets what the whole colony may spend. Throws `settings.invalid` for what could not be held to. */
export async function setBudget(deps: BudgetDeps, budget: Budget): Promise<void> {
  const problem = budgetProblem(budget);
  if (problem !== undefined) throw new ColonyError("settings.invalid", problem);
  checkPrices(deps, budget);
  await deps.ledger.executeColony({ type: "budget.set", budget });
}

/** The budget that was set last, and what it has come to. */
export function budgetOf(ledger: Ledger): ColonyBudget {
  const { budget, spent, held } = ledger.budgets.account() ?? NO_ACCOUNT;
  return { budget, spent, held };
}

const NOTHING = { usd: 0, tokens: 0, toolCalls: 0, workers: 0 } as const;
const NO_ACCOUNT: ColonyBudget = { budget: {}, spent: NOTHING, held: NOTHING };

/** Throws `settings.invalid` where a budget of money cannot hold, because nobody knows what a model costs. */
export function checkPrices(
  { ledger, definitions, priceOf }: BudgetDeps,
  budget: ColonyState["budget"],
): void {
  for (const [name, definition] of definitions) {
    const usd = budget.usd ?? definition.budget?.usd;
    const model = usd === undefined ? undefined : unpricedModel(definition, priceOf);
    if (model !== undefined)
      throw new ColonyError(
        "settings.invalid",
        `there is a budget of ${usd} US dollars, and the price of model "${model}" of "${name}" is not known; say what it costs with prices: { ${JSON.stringify(model)}: { inputUsd, outputUsd } } (US dollars per million tokens), or give a budget of tokens instead`,
      );
  }
  if (budget.usd !== undefined && ledger.budgets.account()?.spent.usd === null)
    throw new ColonyError(
      "settings.invalid",
      `there is a budget of ${budget.usd} US dollars, and what this colony has spent so far is not known, because its models had no price; give a budget of tokens instead`,
    );
}
