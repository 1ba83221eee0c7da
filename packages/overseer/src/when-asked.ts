import { loadedPart, type Tool } from "@colony/core";
import type { DelegationDeps } from "./delegation/deps.ts";
import type { StopDeps } from "./stop.ts";
import type { completeTrigger } from "./triggers/complete-trigger.ts";
import type { readTriggerOptions } from "./triggers/trigger-options.ts";

// Many colonies have no workers, and most set no triggers: what makes those is loaded when it is asked for.

/** What is needed to make a trigger of what somebody wants: calendars and time zones among it. */
export interface TriggerRules {
  readonly readTriggerOptions: typeof readTriggerOptions;
  readonly completeTrigger: typeof completeTrigger;
}

/** The rules of triggers. */
export async function triggerRules(): Promise<TriggerRules> {
  const reading = await loadedPart(import("./triggers/trigger-options.ts"));
  const completing = await loadedPart(import("./triggers/complete-trigger.ts"));
  return { readTriggerOptions: reading.readTriggerOptions, completeTrigger: completing.completeTrigger };
}

/** The tools by which an agent works through others, and answers them: those of the group `delegation`. */
export interface Delegation {
  readonly all: readonly Tool[];
  /** Those that are of use with the definitions that there are. */
  readonly useful: readonly Tool[];
}

/** Makes them, where there is anybody to delegate to or a tool set that may name them. */
export async function delegationFor(deps: DelegationDeps & StopDeps): Promise<Delegation> {
  if (!deps.roster.namesDelegation) return { all: [], useful: [] };
  const { delegationTools, usefulTools } = await loadedPart(import("./delegation/delegation-tools.ts"));
  const { answerTool } = await loadedPart(import("./people/answer-tool.ts"));
  const [delegation, answering] = [delegationTools(deps), answerTool(deps)];
  const useful = usefulTools(deps.roster, delegation);
  return {
    all: [...delegation, answering],
    useful: useful.length === 0 ? [] : [...useful, answering],
  };
}
