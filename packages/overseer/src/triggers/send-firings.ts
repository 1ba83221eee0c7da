import {
  agentId,
  dueInputIdOf,
  type AgentCommand,
  type AgentId,
  type Refusal,
  type TriggerOutcome,
  type TriggerState,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import type { FiringPlan } from "./plan-firing.ts";
import { dueText } from "./trigger-text.ts";

/** A trigger that fires, and for what. */
export interface Firing {
  readonly trigger: TriggerState;
  readonly fire: NonNullable<FiringPlan["fire"]>;
}

/**
 * Sends the inputs of triggers that fire together: those for one agent as one commit, in the order of their due times, so that
 * they arrive in one turn. What the agent has already is sent to it once. Gives what came of each.
 */
export async function sendFirings(
  ledger: Ledger,
  firings: readonly Firing[],
): Promise<readonly TriggerOutcome[]> {
  const inOrder = firings.toSorted(
    (a, b) => a.fire.dueAt - b.fire.dueAt || a.trigger.version - b.trigger.version,
  );
  const byAgent = Object.entries(Object.groupBy(inOrder, ({ trigger }) => trigger.agentId));
  const sent = byAgent.map(([agent, group = []]) => sendTo(ledger, agentId(agent), group));
  // Nothing else is done before all of it is known, also where some of it cannot be written.
  await Promise.allSettled(sent);
  return (await Promise.all(sent)).flat();
}

async function sendTo(
  ledger: Ledger,
  agent: AgentId,
  firings: readonly Firing[],
): Promise<readonly TriggerOutcome[]> {
  const refusal = await refusalOf(ledger, agent, firings.map(commandOf));
  return firings.map(({ trigger, fire }) => {
    const about = { triggerId: trigger.id, agentId: agent, dueAt: fire.dueAt };
    if (refusal !== undefined) {
      const { code, message } = refusal;
      return { type: "TRIGGER_FAILED", ...about, code, message };
    }
    const inputId = dueInputIdOf(trigger.id, trigger.version, fire.dueAt);
    const late = fire.late ? ({ late: true } as const) : {};
    return { type: "TRIGGER_FIRED", ...about, inputId, ...late, nextAt: fire.nextAt };
  });
}

function commandOf({ trigger, fire: { dueAt, late } }: Firing): AgentCommand {
  const { id, version, mode, text } = trigger;
  return {
    type: "input.receive",
    inputId: dueInputIdOf(id, version, dueAt),
    kind: "trigger",
    mode,
    from: senderOf(trigger),
    text: dueText(text, dueAt),
    trigger: { id, version, dueAt, ...(late ? { late } : {}) },
  };
}

/** Who a trigger's inputs come from: never a person, so that they lift no person's stop. */
export function senderOf({ id }: Pick<TriggerState, "id">): string {
  return `trigger:${id}`;
}

async function refusalOf(
  ledger: Ledger,
  agent: AgentId,
  commands: readonly AgentCommand[],
): Promise<Refusal | undefined> {
  const outcome = await ledger.execute(agent, commands);
  return outcome.ok ? undefined : outcome.refusal;
}
