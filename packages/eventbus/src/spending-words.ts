import {
  COLONY_STREAM,
  type AgentId,
  type Amounts,
  type Budget,
  type Lack,
  type Overtime,
  type Refusal,
} from "@colony/core";

const UNITS = { usd: "US dollars", tokens: "tokens", toolCalls: "tool calls", workers: "workers" } as const;

/** Which budget stands in the way, in words for whoever is told, with all that was needed. */
export function refusalOf(lack: Lack & { readonly scope: AgentId }, need: Amounts): Refusal {
  const { limit, budget, spent, held, needed, mayPass, scope } = lack;
  const underWay = held > 0 ? `, ${rounded(held)} are held for what is under way` : "";
  return {
    code: mayPass ? "budget.held" : "budget.exhausted",
    message: `the budget of ${ownerOf(scope)} is ${rounded(budget)} ${UNITS[limit]}: ${rounded(spent)} are spent${underWay}, and this may need ${rounded(needed)} more`,
    details: { limit, budget, spent, held, needed, scope, need: { ...need } },
  };
}

/** Why an agent at that depth may not be spawned, in words; undefined where it may. */
export function depthRefusal(
  { depth: deepest }: Budget,
  { depth }: { readonly depth: number },
): Refusal | undefined {
  if (deepest === undefined || depth <= deepest) return undefined;
  return {
    code: "spawn.too_deep",
    message: `the budget allows agents down to depth ${deepest} (0 is the overseer, 1 its workers), and this one would stand at depth ${depth}; do the work yourself, or ask a person to raise the budget`,
    details: { deepest, depth },
  };
}

/** Which budget of time is spent, in words for whoever is told. */
export function overtimeRefusal({ scope, budgetMs }: Overtime): Refusal {
  return {
    code: "budget.exhausted",
    message: `the budget of ${ownerOf(scope)} is ${rounded(budgetMs / 1_000)} seconds at work, and they are spent`,
    details: { limit: "wallMs", budget: budgetMs, scope },
  };
}

function ownerOf(scope: AgentId): string {
  return scope === COLONY_STREAM ? "the colony" : `agent "${scope}"`;
}

function rounded(amount: number): number {
  return Math.round(amount * 1_000_000) / 1_000_000;
}
