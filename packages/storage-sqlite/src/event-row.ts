import { ColonyError, eventIdOf, executionIdOf, type AgentId } from "@colony/core";

/**
 * What each row says. The event's id and colony are derived; ids that follow from its own stream are numbers, the others are
 * texts; agents, types and correlations are numbers of `names`.
 */
export type PlainCells = readonly [
  seq: number,
  agent: number,
  version: number,
  type: number,
  at: number,
  v: number,
  /** The number of the agent's own execution. */
  execution: number | null,
  correlation: number | null,
  /** The data as JSON; null where that is in a blob. */
  data: string | null,
];

/** What few rows say, so that the others are not asked for each of it. */
export type RareCells = readonly [
  /** The id of an execution that is not the agent's own. */
  executionId: string | null,
  /** The version of the event in the same stream that caused this one. */
  causation: number | null,
  /** The cause, where it is anything else. */
  causationId: string | null,
  /** The agent, besides its own, that the event is mail for. */
  recipient: number | null,
  /** SHA-256 of the blob that holds the data. */
  body: string | null,
];

/** A row as it is read: what is rare in it is a JSON array, or null where there is nothing. */
export type StoredRow = readonly [...PlainCells, crc: number, rare: string | null];

/** Of most rows there is nothing else to say. */
export const NOTHING_RARE: RareCells = [null, null, null, null, null];

/** The columns in the order of `PlainCells`, and in that of `RareCells`. */
export const PLAIN_COLUMNS = "seq, agent, version, type, at, v, execution, correlation, data";
export const RARE_COLUMNS = "execution_id, causation, causation_id, recipient, body";

/** What is read of each row. */
export const STORED_ROW = `${PLAIN_COLUMNS}, crc, CASE WHEN coalesce(${RARE_COLUMNS}) IS NULL THEN NULL ELSE json_array(${RARE_COLUMNS}) END`;

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

/** Whether each cell of a row holds what it should. */
export function isStoredRow(row: readonly unknown[]): row is StoredRow {
  return (
    isNumber(row[0]) &&
    isNumber(row[1]) &&
    isNumber(row[2]) &&
    isNumber(row[3]) &&
    isNumber(row[4]) &&
    isNumber(row[5]) &&
    isNumberOrNull(row[6]) &&
    isNumberOrNull(row[7]) &&
    isTextOrNull(row[8]) &&
    isNumber(row[9]) &&
    isTextOrNull(row[10])
  );
}

/** What is rare in a row. Throws `log.corrupt`. */
export function rareCellsOf([seq, , , , , , , , , , rare]: StoredRow): RareCells {
  if (rare === null) return NOTHING_RARE;
  const cells = JSON.parse(rare) as readonly unknown[];
  if (isRare(cells)) return cells;
  throw corrupt(seq, "a column does not hold what it should");
}

function isRare(cells: readonly unknown[]): cells is RareCells {
  return (
    isTextOrNull(cells[0]) &&
    isNumberOrNull(cells[1]) &&
    isTextOrNull(cells[2]) &&
    isNumberOrNull(cells[3]) &&
    isTextOrNull(cells[4])
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
