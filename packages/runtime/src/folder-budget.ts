import { ColonyError, budgetProblem, type Budget } from "@colony/core";
import { budgetOf, checkSpent, type ColonyBudget } from "./budget.ts";
import { requireFolder } from "./call-options.ts";
import { asOwnerOf, withLedger } from "./folder-owner.ts";

/**
 * Sets what the colony of a folder may spend in all, without setting anything in it going. Throws `settings.invalid`,
 * `colony.not_found`, and `colony.in_use` where somebody has it open: whoever that is can set it.
 */
export async function setFolderBudget(dir: string, budget: Budget): Promise<ColonyBudget> {
  requireFolder({ dir });
  const problem = budgetProblem(budget);
  if (problem !== undefined) throw new ColonyError("settings.invalid", problem);
  return await asOwnerOf(dir, (store) =>
    withLedger(store, async (ledger) => {
      checkSpent(ledger, budget);
      await ledger.executeColony({ type: "budget.set", budget });
      return budgetOf(ledger);
    }),
  );
}
