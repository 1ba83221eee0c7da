import {
  agentId as toAgentId,
  ColonyError,
  eventIdOf,
  executionIdOf,
  isEventType,
  messageOf,
  type ColonyEvent,
  type ColonyId,
} from "@colony/core";
import { cellsOf, checksumOf, corrupt, type EventCells, type EventMeaning } from "./event-row.ts";
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
 * `log.newer_schema` for a type that this release does not know.
 */
export function decodeEvent(row: readonly unknown[], ground: DecoderGround): ColonyEvent {
  const cells = cellsOf(row);
  const meaning = meaningOf(cells, ground.names);
  const recipient = nameOf(cells, cells.recipient, ground.names);
  if (checksumOf(meaning, cells.body ?? cells.data ?? "", recipient) !== cells.crc)
    throw corrupt(cells.seq, "its checksum does not fit what is stored");
  requireKnown(meaning);
  const event = Object.assign(meaning, { colonyId: ground.colonyId, data: dataOf(cells, ground.blobs) });
  if (isEvent(event)) return event;
  throw corrupt(cells.seq, "its data is not an object");
}

function meaningOf(cells: EventCells, names: Names): EventMeaning & { readonly id: string } {
  const { seq, version, at, v, execution, causation } = cells;
  const agentId = toAgentId(nameOf(cells, cells.agent, names) ?? "");
  const type = nameOf(cells, cells.type, names) ?? "";
  const executionId = execution === null ? cells.executionId : executionIdOf(agentId, execution);
  const causationId = causation === null ? cells.causationId : eventIdOf(agentId, causation);
  const correlationId = nameOf(cells, cells.correlation, names);
  return {
    type,
    seq,
    version,
    id: eventIdOf(agentId, version),
    at,
    agentId,
    v,
    ...(executionId === null ? undefined : { executionId }),
    ...(correlationId === undefined ? undefined : { correlationId }),
    ...(causationId === null ? undefined : { causationId }),
  };
}

function nameOf({ seq }: EventCells, no: number | null, names: Names): string | undefined {
  if (no === null) return undefined;
  const name = names.nameOf(no);
  if (name === undefined) throw corrupt(seq, `it uses the name ${no}, which is not there`);
  return name;
}

function requireKnown({ seq, type }: EventMeaning): void {
  if (isEventType(type)) return;
  throw new ColonyError(
    "log.newer_schema",
    `event ${seq} is of the type "${type}", which this release does not know; open the colony with a newer one`,
    { details: { seq } },
  );
}

function dataOf({ seq, body, data }: EventCells, blobs: FileBlobStore): unknown {
  try {
    return JSON.parse(body === null ? (data ?? "") : blobs.getNow(body));
  } catch (error) {
    throw corrupt(seq, messageOf(error), error);
  }
}

/** The checksum, and the border where the event came in, vouch for the rest of its shape. */
function isEvent(event: EventMeaning & { readonly data: unknown }): event is EventMeaning & ColonyEvent {
  return typeof event.data === "object" && event.data !== null;
}
