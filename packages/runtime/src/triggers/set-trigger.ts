import { triggerId, type AgentRecord, type EventData, type IdSource, type TriggerState } from "@colony/core";
import { triggerRules, type TriggerOptions } from "@colony/overseer";
import { OVERSEER_ID } from "../overseer-id.ts";
import { unknownAgent } from "../unknown-agent.ts";
import { newToken, tokenSha256 } from "./token.ts";

/** What is known where a trigger is set. */
export interface TriggerScene {
  readonly ids: IdSource;
  /** Epoch ms. */
  readonly now: number;
  find(idOrName: string): AgentRecord | undefined;
  trigger(id: string): TriggerState | undefined;
}

/** A trigger as it is going to be recorded, and of a webhook the token that it was given just now. */
export interface ComposedTrigger {
  readonly data: EventData<"TRIGGER_SET">;
  readonly replace: boolean;
  readonly token: string | undefined;
}

/**
 * Makes a trigger of what somebody wants. A webhook that is there already keeps its token, unless another is given, or it is
 * to be replaced. Throws `trigger.invalid`, `agent.not_found` and `agent.closed`.
 */
export async function composeTrigger(options: TriggerOptions, scene: TriggerScene): Promise<ComposedTrigger> {
  const { completeTrigger, readTriggerOptions } = await triggerRules();
  const request = readTriggerOptions(options, scene.now);
  const { replace } = request;
  const to = request.to ?? OVERSEER_ID;
  const agent = scene.find(to);
  if (agent === undefined) throw unknownAgent(to);
  const id = triggerId(request.id ?? scene.ids.next("t"));
  const known = scene.trigger(id);
  const isWebhook = request.schedule.kind === "webhook";
  const keepsToken = known?.schedule.kind === "webhook" && !replace;
  const token = isWebhook ? (request.token ?? (keepsToken ? undefined : newToken())) : undefined;
  const sha256 = token === undefined ? undefined : tokenSha256(token);
  const data = completeTrigger(request, { id, agent, known, tokenSha256: sha256, now: scene.now });
  return { data, replace, token };
}
