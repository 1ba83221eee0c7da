import { ColonyError, SILENT_LOGGER, budgetProblem, colonyId, type Budget, type Host } from "@colony/core";
import { Ledger } from "@colony/eventbus";
import { createSystemClock } from "./adapters/system-clock.ts";
import { createSystemIds } from "./adapters/system-ids.ts";
import { budgetOf, checkSpent, type ColonyBudget } from "./budget.ts";
import { requireFolder } from "./call-options.ts";
import { openStore, requireColony } from "./store.ts";

/**
 * Sets what the colony of a folder may spend in all, without setting anything in it going. Throws `settings.invalid`,
 * `colony.not_found`, and `colony.in_use` where somebody has it open: whoever that is can set it.
 */
export async function setFolderBudget(dir: string, budget: Budget): Promise<ColonyBudget> {
  requireFolder({ dir });
  const problem = budgetProblem(budget);
  if (problem !== undefined) throw new ColonyError("settings.invalid", problem);
  await requireColony(dir);
  const [clock, ids] = [createSystemClock(), createSystemIds()];
  const host: Host = { id: ids.next("host"), pid: process.pid, startedAt: clock.now() };
  const newColonyId = colonyId(ids.next("colony"));
  const logger = SILENT_LOGGER;
  const store = await openStore({
    dir,
    host,
    newColonyId,
    logger,
    durability: "full",
    takeOver: false,
    store: undefined,
  });
  try {
    const ledger = await Ledger.open({ log: store.log, snapshots: store.snapshots, clock, logger });
    checkSpent(ledger, budget);
    await ledger.executeColony({ type: "budget.set", budget });
    const now = budgetOf(ledger);
    await ledger.close();
    return now;
  } finally {
    await store.close();
  }
}
