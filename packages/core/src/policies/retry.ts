import type { CallId } from "../ids.ts";

/** Tries of one model call before the execution fails, or another model is asked. */
export const MAX_MODEL_TRIES = 5;

/** The same where the provider says that it is asked too often, which passes by waiting: some two minutes in all. */
const MAX_RATE_LIMITED_TRIES = 10;

/** Longest wait for a model while there is another one to ask. Many providers ask for a minute. */
export const LONGEST_WAIT_WITH_ANOTHER_MS = 45_000;

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 16_000;
const LONGEST_ASKED_MS = 600_000;

/** No wait for a model is longer. */
export const LONGEST_MODEL_WAIT_MS = LONGEST_ASKED_MS + LONGEST_DELAY_MS / 2;

/** A try that has failed. */
interface FailedTry {
  readonly callId: CallId;
  /** Of its error. */
  readonly code: string;
  /** As long as the provider asked; default 0. */
  readonly retryAfterMs?: number | undefined;
}

/** How often in a row a model call may fail in this way. */
export function modelTries(code: string): number {
  return code === "model.rate_limited" ? MAX_RATE_LIMITED_TRIES : MAX_MODEL_TRIES;
}

/**
 * How long to wait after the n-th failure in a row: 1 s, 2 s, 4 s ... up to 16 s, or as long as the provider asked if that
 * is longer (up to 10 minutes), and up to half of that more (8 s at most), so that those who failed together do not come
 * back together. How much more follows from the call's id: deciding draws no lots. Undefined once there are no tries left.
 */
export function retryDelayMs(
  failures: number,
  { callId, code, retryAfterMs = 0 }: FailedTry,
): number | undefined {
  if (failures >= modelTries(code)) return undefined;
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  const least = Math.max(backoff, Math.min(retryAfterMs, LONGEST_ASKED_MS));
  return least + Math.floor((shareOf(callId) * Math.min(LONGEST_DELAY_MS, least)) / 2);
}

/** A share from 0 to 1, the same for the same text and unlike that of any other: FNV-1a, and the last mixing of MurmurHash3. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
