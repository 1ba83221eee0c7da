import { ColonyError, messageOf, type Append, type NewEvent } from "@colony/core";

/** An append whose events are known to be storable. */
export interface PreparedAppend {
  readonly append: Append;
  /** The data of each event as JSON. */
  readonly json: readonly string[];
}

/** Checks an append before it joins others, so that it fails alone. Throws `usage.invalid`. */
export function prepareAppend(append: Append): PreparedAppend {
  if (!Number.isFinite(append.at))
    throw notStorable(append, `its time ${append.at} is not a number of milliseconds`);
  if (!append.agentId.isWellFormed())
    throw notStorable(append, "its agent id holds half of a surrogate pair");
  return { append, json: append.events.map((event) => jsonOf(append, event)) };
}

function jsonOf(append: Append, event: NewEvent): string {
  const { executionId = "", correlationId = "", causationId = "" } = event;
  if (!executionId.isWellFormed() || !correlationId.isWellFormed() || !causationId.isWellFormed())
    throw notStorable(append, `an id of its ${event.type} holds half of a surrogate pair`);
  try {
    return JSON.stringify(event.data);
  } catch (cause) {
    throw notStorable(append, `the data of its ${event.type} is not JSON (${messageOf(cause)})`, cause);
  }
}

function notStorable({ agentId }: Append, why: string, cause?: unknown): ColonyError {
  const message = `an append to "${agentId}" cannot be stored: ${why}; nothing was written`;
  return new ColonyError("usage.invalid", message, { cause });
}
