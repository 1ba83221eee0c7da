import { COLONY_STREAM, ColonyError, budgetProblem, narrowed, type AgentId, type Budget } from "@colony/core";
import { depthRefusal, refusalOf, type Ledger } from "@colony/eventbus";
import { unpricedModel, type AgentDefinition, type PriceOf } from "@colony/worker";

interface Asked {
  readonly parentId: AgentId | null;
  readonly budget?: Budget | undefined;
}

/**
 * The budget that a worker is spawned with: what was asked for it, nowhere wider than what those above it may spend;
 * undefined where nothing bounds it in particular.
 */
export function budgetFor(ledger: Ledger, asked: Asked, definition: AgentDefinition): Budget | undefined {
  const { parentId } = asked;
  if (definition.budget === undefined && asked.budget === undefined) return undefined;
  const own = narrowed(definition.budget ?? {}, asked.budget ?? {});
  const above = ledger.budgets.bounds(parentId ?? COLONY_STREAM);
  const limits = (Object.keys(own) as (keyof Budget)[]).map((limit) => [
    limit,
    Math.min(own[limit] ?? 0, above[limit] ?? Number.POSITIVE_INFINITY),
  ]);
  return limits.length === 0 ? undefined : (Object.fromEntries(limits) as Budget);
}

/** Throws `spawn.refused` for a budget that is wrong, and for one of money that nobody could hold it to. */
export function checkBudget(
  { ledger, priceOf }: { readonly ledger: Ledger; readonly priceOf: PriceOf },
  asked: Asked,
  definition: AgentDefinition,
): void {
  const problem = asked.budget === undefined ? undefined : budgetProblem(asked.budget);
  if (problem !== undefined) throw new ColonyError("spawn.refused", problem);
  if (!ledger.budgets.binds && definition.budget === undefined && asked.budget === undefined) return;
  const usd = narrowed(
    budgetFor(ledger, asked, definition) ?? {},
    ledger.budgets.bounds(asked.parentId ?? COLONY_STREAM),
  ).usd;
  const unpriced = usd === undefined ? undefined : unpricedModel(definition, priceOf);
  if (unpriced !== undefined)
    throw new ColonyError(
      "spawn.refused",
      `the worker has a budget of ${usd} US dollars, and the price of its model "${unpriced}" is not known; give it a budget of tokens instead`,
    );
}

/** Throws `spawn.too_deep` for a worker below the deepest level that those above it may have agents at. */
export function checkDepth(
  { ledger, maxDepth }: { readonly ledger: Ledger; readonly maxDepth: number },
  { parentId, depth }: { readonly parentId: AgentId | null; readonly depth: number },
): void {
  const refusal = depthRefusal(ledger.budgets.bounds(parentId ?? COLONY_STREAM), { depth });
  if (refusal !== undefined) throw ColonyError.from(refusal);
  // The setting is about what models may do; a program may spawn whatever it says.
  if (parentId === null || depth <= maxDepth) return;
  throw new ColonyError(
    "spawn.too_deep",
    `agents at depth ${depth - 1} may not spawn: ${maxDepth === 0 ? "no agent may" : `workers may stand at depth ${maxDepth} at most`} (limits.maxDepth)`,
  );
}

/** Throws `budget.exhausted` where there is no room for so many more workers. */
export function checkRoom(ledger: Ledger, parentId: AgentId | null, workers: number): void {
  const need = { usd: 0, tokens: 0, toolCalls: 0, workers };
  const lack = ledger.budgets.lack(parentId ?? COLONY_STREAM, need);
  if (lack !== undefined) throw ColonyError.from({ ...refusalOf(lack, need), code: "budget.exhausted" });
}
