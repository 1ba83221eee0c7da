import { ColonyError } from "../errors/colony-error.ts";
import { shownValue } from "./shown-value.ts";

/**
 * Holds what a caller gives as a time to wait: milliseconds from 0, infinite or absent to wait without end. Throws
 * `usage.invalid` for anything else.
 */
export function checkTimeoutMs(timeoutMs: unknown): asserts timeoutMs is number | undefined {
  if (timeoutMs === undefined || (typeof timeoutMs === "number" && timeoutMs >= 0)) return;
  throw new ColonyError(
    "usage.invalid",
    `timeoutMs is ${shownValue(timeoutMs)}; give a number of milliseconds from 0; Infinity waits without end`,
  );
}
