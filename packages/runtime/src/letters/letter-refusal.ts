import { COLONY_STREAM, ColonyError, ERROR_CODES, type ErrorCode, type EventLog } from "@colony/core";

/** What a letter was refused with by whoever took it, after a seq; undefined where it was not. */
export async function refusalOf(
  log: EventLog,
  letterId: string,
  after: number,
): Promise<ColonyError | undefined> {
  for (const event of await log.read({ agentId: COLONY_STREAM, types: ["LETTER_REFUSED"], after }))
    if (event.type === "LETTER_REFUSED" && event.data.letterId === letterId)
      return new ColonyError(codeOf(event.data.code), event.data.message);
  return undefined;
}

/** A later release may have codes that this one does not know. */
function codeOf(code: string): ErrorCode {
  return Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : "usage.invalid";
}
