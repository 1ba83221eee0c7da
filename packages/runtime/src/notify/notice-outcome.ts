import {
  ColonyError,
  messageOf,
  notifyDelayMs,
  type AgentCommand,
  type AgentId,
  type Clock,
  type DueNotice,
} from "@colony/core";
import { isStorageFault, type Ledger } from "@colony/eventbus";
import type { Told } from "./tell.ts";

const MOST_CHARACTERS = 1_000;

/** How long a log that refuses is left alone before it is asked again. Milliseconds. */
const RETRY_MS = 1_000;

type OutcomeCommand = Extract<AgentCommand, { readonly type: "notification.sent" | "notification.fail" }>;

/** What is recorded of a try, and when the next one is due. */
export function outcomeCommand(
  { id: notificationId, failures }: Pick<DueNotice, "id" | "failures">,
  told: Exclude<Told, "called off">,
  now: number,
): OutcomeCommand {
  const attempt = failures + 1;
  if (told === "taken") return { type: "notification.sent", notificationId, attempt };
  const { failed } = told;
  const code = failed instanceof ColonyError ? failed.code : "notification.failed";
  const message = messageOf(failed).slice(0, MOST_CHARACTERS);
  const delayMs = code === "notification.rejected" ? undefined : notifyDelayMs(attempt, retryAfterMs(failed));
  const retryAt = delayMs === undefined ? null : now + delayMs;
  return { type: "notification.fail", notificationId, attempt, error: { code, message }, retryAt };
}

function retryAfterMs(error: unknown): number {
  const asked = error instanceof ColonyError ? error.details["retryAfterMs"] : undefined;
  return typeof asked === "number" && asked > 0 ? asked : 0;
}

/**
 * Writes it down, as soon as the log takes it: a person who has been told is not told again because the disk was full. False
 * where it never was: the host had to go first, or somebody else has had the last word.
 */
export async function recordOutcome(
  { ledger, clock, signal }: { readonly ledger: Ledger; readonly clock: Clock; readonly signal: AbortSignal },
  agentId: AgentId,
  command: OutcomeCommand,
): Promise<boolean> {
  for (;;)
    try {
      return (await ledger.execute(agentId, [command])).ok;
    } catch (error) {
      if (!isStorageFault(error) || signal.aborted) return false;
      // Aborted: the loop is left with the next refusal.
      await clock.sleep(RETRY_MS, { signal }).catch(() => undefined);
    }
}
