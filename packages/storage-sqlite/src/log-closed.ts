import { ColonyError } from "@colony/core";

/** The log, or the store that it belongs to, has been closed. */
export function logClosed(): ColonyError {
  return new ColonyError("log.closed", "the log has been closed; open the colony again to go on");
}
