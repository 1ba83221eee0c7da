import {
  ColonyError,
  budgetProblem,
  newAccount,
  type Amounts,
  type Budget,
  type ColonyState,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { unpricedModel, type AgentDefinition, type PriceOf } from "@colony/worker";

/** What the colony may spend in all, has spent, and holds for what is under way. */
export interface ColonyBudget {
  readonly budget: Budget;
  /** `wallMs`: time in which anybody was at work. */
  readonly spent: Amounts & { readonly wallMs: number };
  readonly held: Amounts;
}

/** What a budget is set with. */
export interface BudgetDeps {
  readonly ledger: Ledger;
  readonly definitions: readonly (readonly [string, AgentDefinition])[];
  readonly priceOf: PriceOf;
}

/** Sets what the whole colony may spend. Throws `settings.invalid` for what could not be held to. */
export async function setBudget(deps: BudgetDeps, budget: Budget, letterId?: string): Promise<void> {
  checkBudget(deps, budget);
  checkSpent(deps.ledger, budget);
  await deps.ledger.executeColony({ type: "budget.set", budget, letterId });
}

/** The budget that was set last, and what it has come to by now; where no time is given, as far as the log tells. */
export function budgetOf({ budgets }: Ledger, now?: number): ColonyBudget {
  const { budget, spent, held } = budgets.account() ?? newAccount({});
  return { budget, spent: { ...spent, wallMs: budgets.workedMs(undefined, now) }, held };
}

/** Throws `settings.invalid` for a budget that is none, and for one of money where nobody knows what a model costs. */
export function checkBudget(deps: Pick<BudgetDeps, "definitions" | "priceOf">, budget: Budget): void {
  const problem = budgetProblem(budget);
  if (problem !== undefined) throw new ColonyError("settings.invalid", problem);
  checkPriced(deps, budget);
}

function checkPriced(
  { definitions, priceOf }: Pick<BudgetDeps, "definitions" | "priceOf">,
  budget: Budget,
): void {
  for (const [name, definition] of definitions) {
    const usd = budget.usd ?? definition.budget?.usd;
    const model = usd === undefined ? undefined : unpricedModel(definition, priceOf);
    if (model !== undefined)
      throw new ColonyError(
        "settings.invalid",
        `there is a budget of ${usd} US dollars, and the price of model "${model}" of "${name}" is not known; say what it costs with prices: { ${JSON.stringify(model)}: { inputUsd, outputUsd } } (US dollars per million tokens), or give a budget of tokens instead`,
        { details: { unpriced: model } },
      );
  }
}

/** Throws `settings.invalid` for a budget of money, also one that an earlier release has set, that could not be held to. */
export function checkPrices(deps: BudgetDeps, budget: ColonyState["budget"]): void {
  checkPriced(deps, budget);
  checkSpent(deps.ledger, budget);
}

/** Throws `settings.invalid` for a budget of money where what has been spent so far is not known. */
export function checkSpent({ budgets }: Ledger, budget: Budget): void {
  if (budget.usd !== undefined && budgets.account()?.spent.usd === null)
    throw new ColonyError(
      "settings.invalid",
      `there is a budget of ${budget.usd} US dollars, and what this colony has spent so far is not known, because its models had no price; give a budget of tokens instead`,
    );
}
