import type { EventOf } from "../events/envelope.ts";
import type { Notification } from "../ports/notifier.ts";

/** Tries of one notification before it is given up. */
export const MAX_NOTIFY_TRIES = 8;

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;
const LONGEST_ASKED_MS = 24 * 3_600_000;
const TEXT_CHARACTERS = 200;

/**
 * How long to wait after the n-th failed try: 5 s, 20 s, 80 s ... up to an hour, or as long as the receiver asked if that
 * is longer (up to a day). Undefined once there are no tries left.
 */
export function notifyDelayMs(failures: number, retryAfterMs = 0): number | undefined {
  if (failures >= MAX_NOTIFY_TRIES) return undefined;
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 4 ** (failures - 1));
  return Math.max(backoff, Math.min(retryAfterMs, LONGEST_ASKED_MS));
}

/** What is told of a report. */
export function notificationOf({ id, data, colonyId }: EventOf<"SUBAGENT_REPORT">): Notification {
  const { workerId, name, label, definitionId, status, durationMs, summary, owner } = data;
  return {
    id,
    colonyId,
    workerId,
    name,
    label,
    role: definitionId,
    mark: status === "success" ? "ok" : "warning",
    status,
    seconds: Math.floor(durationMs / 1_000),
    text: firstOf(summary),
    owner: owner ?? null,
  };
}

/** No character is cut in two. */
function firstOf(summary: string): string {
  const text = summary.trim();
  return text === ""
    ? "(no output)"
    : Array.from(text.slice(0, 2 * TEXT_CHARACTERS))
        .slice(0, TEXT_CHARACTERS)
        .join("");
}
