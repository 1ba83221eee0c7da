import {
  ColonyError,
  type AgentCommand,
  type InputId,
  type Refusal,
  type TriggerId,
  type TriggerOutcome,
  type TriggerState,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { stateOf } from "./sent-inputs.ts";
import { senderOf } from "./send-firings.ts";
import { dueText, webhookText } from "./trigger-text.ts";

/** How somebody fires a trigger. */
export interface FireRequest {
  readonly triggerId: TriggerId;
  /** The id of its input, where it is a new one. */
  readonly inputId: InputId;
  /** What was sent; to webhooks only. */
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** What has come of it: the input that the agent has now, or why it takes none, and what is to be recorded of that. */
export interface FiredNow {
  readonly result: { readonly inputId: InputId; readonly isNew: boolean } | Refusal;
  readonly outcome: TriggerOutcome | undefined;
}

/** Sends the input of a trigger that somebody fires. Throws `trigger.invalid` for a body that nothing would be done with. */
export async function fireNow(
  ledger: Ledger,
  trigger: TriggerState,
  request: FireRequest & { readonly now: number },
): Promise<FiredNow> {
  const { id, agentId, version, mode } = trigger;
  const { inputId, body, idempotencyKey, now: dueAt } = request;
  const isWebhook = trigger.schedule.kind === "webhook";
  if (body !== undefined && !isWebhook)
    throw new ColonyError(
      "trigger.invalid",
      `trigger "${id}" is no webhook and takes no body; fire it without one, or set a webhook`,
    );
  const key = idempotencyKey === undefined ? undefined : `${senderOf(trigger)}:${idempotencyKey}`;
  const known = key === undefined ? undefined : (await stateOf(ledger, agentId))?.keys[`k:${key}`]?.inputId;
  const earlier: FiredNow = { result: { inputId: known ?? inputId, isNew: false }, outcome: undefined };
  // Its words tell of the time, so they are others each time.
  if (known !== undefined && !isWebhook) return earlier;
  const command: AgentCommand = {
    type: "input.receive",
    inputId,
    kind: "trigger",
    mode,
    from: senderOf(trigger),
    text: isWebhook ? webhookText(trigger.text, body ?? "") : dueText(trigger.text, dueAt),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    trigger: { id, version, dueAt },
  };
  const sent = await ledger.execute(agentId, [command]);
  const about = { triggerId: id, agentId, dueAt };
  if (sent.ok && sent.events.length === 0) return earlier;
  if (sent.ok)
    return { result: { inputId, isNew: true }, outcome: { type: "TRIGGER_FIRED", ...about, inputId } };
  const { code, message } = sent.refusal;
  const isGone = code === "agent.closed" || code === "agent.not_found";
  const isNews = isGone && trigger.failed === null;
  return {
    result: sent.refusal,
    outcome: isNews ? { type: "TRIGGER_FAILED", ...about, code, message } : undefined,
  };
}
