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
import { checksumOf, formerChecksumOf } from "./event-checksum.ts";
import { corrupt, isStoredRow, rareCellsOf, type StoredRow } from "./event-row.ts";
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
  if (!isStoredRow(row)) throw corrupt(row[0], "a column does not hold what it should");
  const rare = rareCellsOf(row);
  const [seq, , version] = row;
  const agentId = toAgentId(nameOf(seq, row[1], names));
  const type = nameOf(seq, row[3], names);
  const executionId = row[6] === null ? (rare[0] ?? undefined) : executionIdOf(agentId, row[6]);
  const correlationId = row[7] === null ? undefined : nameOf(seq, row[7], names);
  const causationId = rare[1] === null ? (rare[2] ?? undefined) : eventIdOf(agentId, rare[1]);
  if (checksumOf(row, rare, names) !== row[9]) {
    const recipient = rare[3] === null ? undefined : nameOf(seq, rare[3], names);
    const meaning = { seq, agentId, version, type, at: row[4], v: row[5] };
    const former = { ...meaning, executionId, correlationId, causationId, recipient };
    if (formerChecksumOf(former, rare[4] ?? row[8] ?? "") !== row[9])
      throw corrupt(seq, "its checksum does not fit what is stored");
  }
  requireKnown(seq, type);
  const data = dataOf(row, rare[4], blobs);
  const [, , , , at, v] = row;
  const id = eventIdOf(agentId, version);
  // Member by member, as the log makes them: whoever handles events meets few shapes of them.
  const event =
    executionId !== undefined && correlationId !== undefined
      ? { type, data, executionId, correlationId, seq, version, id, at, colonyId, agentId, v }
      : executionId !== undefined
        ? { type, data, executionId, seq, version, id, at, colonyId, agentId, v }
        : correlationId !== undefined
          ? { type, data, correlationId, seq, version, id, at, colonyId, agentId, v }
          : { type, data, seq, version, id, at, colonyId, agentId, v };
  const whole = causationId === undefined ? event : { ...event, causationId };
  if (isEvent(whole)) return whole;
  throw corrupt(seq, "its data is not an object");
}

function nameOf(seq: number, no: number, names: Names): string {
  const name = names.nameOf(no);
  if (name === undefined) throw corrupt(seq, `it uses the name ${no}, which is not there`);
  return name;
}

function requireKnown(seq: number, type: string): void {
  if (isEventType(type)) return;
  throw new ColonyError(
    "log.newer_schema",
    `event ${seq} is of the type "${type}", which this release does not know; open the colony with a newer one`,
    { details: { seq } },
  );
}

function dataOf(row: StoredRow, body: string | null, blobs: FileBlobStore): unknown {
  try {
    return JSON.parse(body === null ? (row[8] ?? "") : blobs.getNow(body));
  } catch (error) {
    // A missing body says itself what to do about it, and so will this.
    throw corrupt(row[0], messageOf(error).replace(/; restore [^;]*$/, ""), error);
  }
}

/** The checksum, and the border where the event came in, vouch for the rest of its shape. */
function isEvent<E extends { readonly data: unknown }>(event: E): event is E & ColonyEvent {
  return typeof event.data === "object" && event.data !== null;
}
