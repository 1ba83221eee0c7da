import {
  ColonyError,
  type AgentRecord,
  type EventData,
  type Schedule,
  type TriggerId,
  type TriggerState,
} from "@colony/core";
import { nextDue } from "./due-times.ts";
import type { TriggerRequest } from "./trigger-options.ts";

/** What a colony knows that a request does not. */
export interface TriggerPlace {
  readonly id: TriggerId;
  /** Who is to get its inputs. */
  readonly agent: AgentRecord;
  /** Of a webhook that is new, or has been given another token. */
  readonly tokenSha256: string | undefined;
  /** The trigger of that id, where there is one. */
  readonly known: TriggerState | undefined;
  /** It comes due after that. Epoch ms. */
  readonly now: number;
}

/**
 * A trigger as it is recorded. What the request leaves open (zone, anchor, token) stays as it was in the trigger of that id,
 * so that a program may set the same at each of its starts. Throws `trigger.invalid` and `agent.closed` for an agent that
 * cannot be sent anything.
 */
export function completeTrigger(request: TriggerRequest, place: TriggerPlace): EventData<"TRIGGER_SET"> {
  const { id, agent, known, now } = place;
  const who = agent.name ?? agent.id;
  if (agent.kind === "worker" && agent.lifetime === "ephemeral")
    throw new ColonyError(
      "trigger.invalid",
      `worker "${who}" does one task and is gone then; a trigger is for the overseer or a persistent worker`,
    );
  if (agent.status === "closed")
    throw new ColonyError("agent.closed", `agent "${who}" is closed and takes no more inputs`);
  const schedule = scheduleOf(request, request.replace ? undefined : known?.schedule, place);
  const { text, mode, missed } = request;
  return { triggerId: id, schedule, agentId: agent.id, text, mode, missed, nextAt: nextDue(schedule, now) };
}

function scheduleOf(
  { schedule, named }: TriggerRequest,
  known: Schedule | undefined,
  { tokenSha256 }: TriggerPlace,
): Schedule {
  switch (schedule.kind) {
    case "cron":
      return known?.kind === "cron" && !named.zone ? { ...schedule, zone: known.zone } : schedule;
    case "interval":
      return known?.kind === "interval" && !named.anchor ? { ...schedule, anchor: known.anchor } : schedule;
    case "once":
      return schedule;
    case "webhook": {
      const sha256 = tokenSha256 ?? (known?.kind === "webhook" ? known.tokenSha256 : undefined);
      if (sha256 !== undefined) return { kind: "webhook", tokenSha256: sha256 };
      throw new ColonyError("trigger.invalid", "a webhook needs a token; give webhook: { token }");
    }
  }
}
