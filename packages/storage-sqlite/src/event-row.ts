import { crc32 } from "node:zlib";
import { ColonyError, eventIdOf, executionIdOf, type AgentId } from "@colony/core";

/** The columns of a stored event, in the order in which `EventCells` has them. */
export const EVENT_COLUMNS =
  "seq, agent, version, type, at, v, execution, execution_id, correlation, causation, causation_id, recipient, data, body, crc";

/**
 * An event as its row holds it. The event's id and colony are derived; ids that follow from its own stream are
 * numbers, the others are texts; agents, types and correlations are numbers of `names`.
 */
export type EventCells = readonly [
  seq: number,
  agent: number,
  version: number,
  type: number,
  at: number,
  v: number,
  /** The number of the agent's own execution. */
  execution: number | null,
  /** The id of an execution that is not the agent's own. */
  executionId: string | null,
  correlation: number | null,
  /** The version of the event in the same stream that caused this one. */
  causation: number | null,
  /** The cause, where it is anything else. */
  causationId: string | null,
  /** The agent, besides its own, that the event is mail for. */
  recipient: number | null,
  /** The data as JSON; null where that is in a blob. */
  data: string | null,
  /** SHA-256 of the blob that holds the data. */
  body: string | null,
  crc: number,
];

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

/** Whether each column of a row holds what it should. */
export function isCells(row: readonly unknown[]): row is EventCells {
  return (
    isNumber(row[0]) &&
    isNumber(row[1]) &&
    isNumber(row[2]) &&
    isNumber(row[3]) &&
    isNumber(row[4]) &&
    isNumber(row[5]) &&
    isNumberOrNull(row[6]) &&
    isTextOrNull(row[7]) &&
    isNumberOrNull(row[8]) &&
    isNumberOrNull(row[9]) &&
    isTextOrNull(row[10]) &&
    isNumberOrNull(row[11]) &&
    isTextOrNull(row[12]) &&
    isTextOrNull(row[13]) &&
    isNumber(row[14])
  );
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
