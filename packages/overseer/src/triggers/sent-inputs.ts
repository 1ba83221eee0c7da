import type { AgentId, AgentState, TriggerOutcome, TriggerState } from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { unrecorded } from "./plan-firing.ts";

/** What agents have been sent that is not recorded with the triggers. */
export async function sentAndUnrecorded(
  ledger: Ledger,
  triggers: readonly TriggerState[],
): Promise<readonly TriggerOutcome[]> {
  const states = new Map<AgentId, AgentState | undefined>();
  const outcomes: TriggerOutcome[] = [];
  for (const trigger of triggers) {
    const { agentId, id } = trigger;
    if (!states.has(agentId)) states.set(agentId, await stateOf(ledger, agentId));
    outcomes.push(...unrecorded(trigger, states.get(agentId)?.fired?.[id]));
  }
  return outcomes;
}

/** An agent's state, also of one that is closed. */
export async function stateOf(ledger: Ledger, agentId: AgentId): Promise<AgentState | undefined> {
  return ledger.peek(agentId) ?? (await ledger.load(agentId));
}
