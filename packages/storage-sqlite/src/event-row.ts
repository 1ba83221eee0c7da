import { crc32 } from "node:zlib";
import { ColonyError, eventIdOf, executionIdOf, type AgentId } from "@colony/core";

/** The columns of a stored event, in the order in which `EventCells` has them. */
export const EVENT_COLUMNS =
  "seq, agent, version, type, at, v, execution, execution_id, correlation, causation, causation_id, recipient, data, body, crc";

/**
 * An event as its row holds it. The event's id and colony are derived; ids that follow from its own stream are
 * numbers, the others are texts; agents, types and correlations are numbers of `names`.
 */
export interface EventCells {
  readonly seq: number;
  readonly agent: number;
  readonly version: number;
  readonly type: number;
  readonly at: number;
  readonly v: number;
  /** The number of the agent's own execution. */
  readonly execution: number | null;
  /** The id of an execution that is not the agent's own. */
  readonly executionId: string | null;
  readonly correlation: number | null;
  /** The version of the event in the same stream that caused this one. */
  readonly causation: number | null;
  /** The cause, where it is anything else. */
  readonly causationId: string | null;
  /** The agent, besides its own, that the event is mail for. */
  readonly recipient: number | null;
  /** The data as JSON; null where that is in a blob. */
  readonly data: string | null;
  /** SHA-256 of the blob that holds the data. */
  readonly body: string | null;
  readonly crc: number;
}

/** What a row's checksum is taken over: its meaning, so that a name that changed is noticed too. */
export interface EventMeaning {
  readonly seq: number;
  readonly agentId: string;
  readonly version: number;
  readonly type: string;
  readonly at: number;
  readonly v: number;
  readonly executionId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
}

/** The checksum of an event whose data is stored as this text, or in the blob of this hash; signed, to be short. */
export function checksumOf(event: EventMeaning, stored: string, recipient: string | undefined): number {
  const { seq, agentId, version, type, at, v, executionId, correlationId, causationId } = event;
  const head = `${seq}\n${agentId}\n${version}\n${type}\n${at}\n${v}\n${executionId}\n${correlationId}\n${causationId}\n${recipient}\n`;
  return crc32(head + stored) | 0;
}

/** The number of an execution, where it is one of that agent's own. */
export function ownExecutionNumber(agentId: AgentId, executionId: string): number | null {
  if (!executionId.startsWith(agentId)) return null;
  const number = Number(executionId.slice(agentId.length + 1));
  return Number.isSafeInteger(number) && executionIdOf(agentId, number) === executionId ? number : null;
}

/** The version of an event that stands in that agent's own stream, by its id. */
export function ownVersionNumber(agentId: AgentId, eventId: string): number | null {
  if (!eventId.startsWith(agentId)) return null;
  const number = Number(eventId.slice(agentId.length + 1));
  return Number.isSafeInteger(number) && eventIdOf(agentId, number) === eventId ? number : null;
}

/** A row in the order of `EVENT_COLUMNS`. Throws `log.corrupt` where a column does not hold what it should. */
export function cellsOf(row: readonly unknown[]): EventCells {
  const [seq, agent, version, type, at, v, execution, executionId, correlation, ...rest] = row;
  const [causation, causationId, recipient, data, body, crc] = rest;
  if (
    isNumber(seq) &&
    isNumber(agent) &&
    isNumber(version) &&
    isNumber(type) &&
    isNumber(at) &&
    isNumber(v) &&
    isNumber(crc) &&
    isNumberOrNull(execution) &&
    isNumberOrNull(correlation) &&
    isNumberOrNull(causation) &&
    isNumberOrNull(recipient) &&
    isTextOrNull(executionId) &&
    isTextOrNull(causationId) &&
    isTextOrNull(data) &&
    isTextOrNull(body)
  )
    return {
      seq,
      agent,
      version,
      type,
      at,
      v,
      execution,
      executionId,
      correlation,
      causation,
      causationId,
      recipient,
      data,
      body,
      crc,
    };
  throw corrupt(seq, "a column does not hold what it should");
}

function isNumber(cell: unknown): cell is number {
  return typeof cell === "number";
}

function isNumberOrNull(cell: unknown): cell is number | null {
  return cell === null || typeof cell === "number";
}

function isTextOrNull(cell: unknown): cell is string | null {
  return cell === null || typeof cell === "string";
}

/** A stored event that cannot be read. */
export function corrupt(seq: unknown, why: string, cause?: unknown): ColonyError {
  return new ColonyError(
    "log.corrupt",
    `event ${String(seq)} cannot be read: ${why}; restore the colony folder from a backup`,
    { ...(typeof seq === "number" ? { details: { seq } } : {}), ...(cause === undefined ? {} : { cause }) },
  );
}
