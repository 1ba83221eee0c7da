/** Tries of one model call before the execution fails. */
export const MAX_MODEL_TRIES = 5;

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * How long to wait after the n-th failure in a row: 1 s, 2 s, 4 s ... up to a minute, or as long as the provider asked
 * if that is longer (up to 10 minutes). Undefined once there are no tries left.
 */
export function retryDelayMs(failures: number, retryAfterMs = 0): number | undefined {
  if (failures >= MAX_MODEL_TRIES) return undefined;
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return Math.max(backoff, Math.min(retryAfterMs, 10 * LONGEST_DELAY_MS));
}
