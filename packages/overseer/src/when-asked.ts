import { loadedPart, type Tool } from "@colony/core";
import type { DelegationDeps } from "./delegation/deps.ts";
import type { StopDeps } from "./stop.ts";

type Reading = typeof import("./triggers/trigger-options.ts");
type Completing = typeof import("./triggers/complete-trigger.ts");

// Many colonies have no workers, and most set no triggers: what makes those is loaded when it is asked for.

/** What is needed to make a trigger of what somebody wants: calendars and time zones among it. */
export type TriggerRules = Pick<Reading, "readTriggerOptions"> & Pick<Completing, "completeTrigger">;

/** The rules of triggers. */
export async function triggerRules(): Promise<TriggerRules> {
  const { readTriggerOptions } = await loadedPart(import("./triggers/trigger-options.ts"));
  const { completeTrigger } = await loadedPart(import("./triggers/complete-trigger.ts"));
  return { readTriggerOptions, completeTrigger };
}

/** The tools by which an agent works through others. */
export interface Delegation {
  /** All of the group `delegation`. */
  readonly all: readonly Tool[];
  /** Those that are of use with the definitions that there are. */
  readonly useful: readonly Tool[];
}

/** Makes them, where there is anybody to delegate to or a tool set that may name them. */
export async function delegationFor(deps: DelegationDeps & StopDeps): Promise<Delegation> {
  if (!deps.roster.namesDelegation) return { all: [], useful: [] };
  const { delegationTools, usefulTools } = await loadedPart(import("./delegation/delegation-tools.ts"));
  const all = delegationTools(deps);
  return { all, useful: usefulTools(deps.roster, all) };
}
