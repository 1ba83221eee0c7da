import {
  agentId as toAgentId,
  ColonyError,
  eventIdOf,
  executionIdOf,
  isEventType,
  messageOf,
  type AgentId,
  type ColonyEvent,
  type ColonyId,
} from "@colony/core";
import { checksumOf, corrupt, isCells, type EventCells } from "./event-row.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import type { Names } from "./names.ts";

/** What a row needs around it to become an event. */
export interface DecoderGround {
  readonly colonyId: ColonyId;
  readonly blobs: FileBlobStore;
  readonly names: Names;
}

/**
 * The event that a row holds. Throws `log.corrupt` where anything in it has changed since it was written, and
 * `log.newer_schema` for a type that this release does not know. It runs for every event that is read, so a row is not
 * taken apart: its cells are asked for by their places.
 */
export function decodeEvent(row: readonly unknown[], { colonyId, blobs, names }: DecoderGround): ColonyEvent {
  if (!isCells(row)) throw corrupt(row[0], "a column does not hold what it should");
  const seq = row[0];
  const version = row[2];
  const execution = row[6];
  const causation = row[9];
  const agentId = toAgentId(nameOf(seq, row[1], names));
  const executionId = execution === null ? row[7] : executionIdOf(agentId, execution);
  const causationId = causation === null ? row[10] : eventIdOf(agentId, causation);
  const event: Recorded = {
    type: nameOf(seq, row[3], names),
    seq,
    version,
    id: eventIdOf(agentId, version),
    at: row[4],
    colonyId,
    agentId,
    v: row[5],
  };
  if (executionId !== null) event.executionId = executionId;
  if (row[8] !== null) event.correlationId = nameOf(seq, row[8], names);
  if (causationId !== null) event.causationId = causationId;
  const recipient = row[11] === null ? undefined : nameOf(seq, row[11], names);
  if (checksumOf(event, row[13] ?? row[12] ?? "", recipient) !== row[14])
    throw corrupt(seq, "its checksum does not fit what is stored");
  requireKnown(event);
  event.data = dataOf(row, blobs);
  if (isEvent(event)) return event;
  throw corrupt(seq, "its data is not an object");
}

/** An event in the making. */
interface Recorded {
  readonly type: string;
  readonly seq: number;
  readonly version: number;
  readonly id: string;
  readonly at: number;
  readonly colonyId: ColonyId;
  readonly agentId: AgentId;
  readonly v: number;
  executionId?: string;
  correlationId?: string;
  causationId?: string;
  data?: unknown;
}

function nameOf(seq: number, no: number, names: Names): string {
  const name = names.nameOf(no);
  if (name === undefined) throw corrupt(seq, `it uses the name ${no}, which is not there`);
  return name;
}

function requireKnown({ seq, type }: Recorded): void {
  if (isEventType(type)) return;
  throw new ColonyError(
    "log.newer_schema",
    `event ${seq} is of the type "${type}", which this release does not know; open the colony with a newer one`,
    { details: { seq } },
  );
}

function dataOf(cells: EventCells, blobs: FileBlobStore): unknown {
  const body = cells[13];
  try {
    return JSON.parse(body === null ? (cells[12] ?? "") : blobs.getNow(body));
  } catch (error) {
    // A missing body says itself what to do about it, and so will this.
    throw corrupt(cells[0], messageOf(error).replace(/; restore [^;]*$/, ""), error);
  }
}

/** The checksum, and the border where the event came in, vouch for the rest of its shape. */
function isEvent(event: Recorded): event is Recorded & ColonyEvent {
  return typeof event.data === "object" && event.data !== null;
}
