import {
  COLONY_STREAM,
  type AgentId,
  type Amounts,
  type Budget,
  type Lack,
  type Overtime,
  type Refusal,
} from "@colony/core";

/** One of each, and any other number of them. */
const UNITS = {
  usd: ["US dollar", "US dollars"],
  tokens: ["token", "tokens"],
  toolCalls: ["tool call", "tool calls"],
  workers: ["worker", "workers"],
  seconds: ["second", "seconds"],
} as const;

/** Which budget stands in the way, in words for whoever is told, with all that was needed. */
export function refusalOf(lack: Lack & { readonly scope: AgentId }, need: Amounts): Refusal {
  const { limit, budget, spent, held, needed, mayPass, scope } = lack;
  const underWay = held > 0 ? `, ${are(held)} held for what is under way` : "";
  return {
    code: mayPass ? "budget.held" : "budget.exhausted",
    message: `the budget of ${ownerOf(scope)} is ${counted(budget, UNITS[limit])}: ${are(spent)} spent${underWay}, and this may need ${rounded(needed)} more`,
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
  const seconds = budgetMs / 1_000;
  return {
    code: "budget.exhausted",
    message: `the budget of ${ownerOf(scope)} is ${counted(seconds, UNITS.seconds)} at work, and ${rounded(seconds) === 1 ? "it is" : "they are"} spent`,
    details: { limit: "wallMs", budget: budgetMs, scope },
  };
}

function ownerOf(scope: AgentId): string {
  return scope === COLONY_STREAM ? "the colony" : `agent "${scope}"`;
}

function counted(amount: number, [one, many]: readonly [string, string]): string {
  const shown = rounded(amount);
  return `${shown} ${shown === 1 ? one : many}`;
}

function are(amount: number): string {
  const shown = rounded(amount);
  return `${shown} ${shown === 1 ? "is" : "are"}`;
}

function rounded(amount: number): number {
  return Math.round(amount * 1_000_000) / 1_000_000;
}
