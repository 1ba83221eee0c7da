import { ColonyError, budgetProblem, type Budget } from "@colony/core";
import { budgetOf, checkSpent, type ColonyBudget } from "./budget.ts";
import { requireFolder } from "./call-options.ts";
import { inFolder } from "./folder-owner.ts";

/**
 * Sets what the colony of a folder may spend in all, without setting anything in it going. Throws `settings.invalid`,
 * `colony.not_found`, and `colony.in_use` where somebody has it open, who can set it, or where something that was sent before waits.
 */
export async function setFolderBudget(dir: string, budget: Budget): Promise<ColonyBudget> {
  requireFolder({ dir });
  const problem = budgetProblem(budget);
  if (problem !== undefined) throw new ColonyError("settings.invalid", problem);
  return await inFolder(dir, async (ledger) => {
    checkSpent(ledger, budget);
    await ledger.executeColony({ type: "budget.set", budget });
    return budgetOf(ledger);
  });
}
