import type { DatabaseSync } from "node:sqlite";
import { recipientOf, recordEvent, type ColonyEvent, type ColonyId } from "@colony/core";
import type { PreparedAppend } from "./append-group.ts";
import { checksumOf } from "./event-checksum.ts";
import {
  NOTHING_RARE,
  ownExecutionNumber,
  ownVersionNumber,
  PLAIN_COLUMNS,
  RARE_COLUMNS,
  type PlainCells,
  type RareCells,
} from "./event-row.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import type { WritableNames } from "./names.ts";
import type { RegisterWriter } from "./register-writer.ts";
import type { StreamHead } from "./stream-heads.ts";

/** Data larger than this goes to a blob. */
const LARGEST_ROW_BYTES = 65_536;

/** Writes events into a transaction that is open. */
export interface EventWriter {
  /** The events of an append to that stream with their places; the first gets the seq. Moves the head. */
  insert(prepared: PreparedAppend, head: StreamHead, firstSeq: number): readonly ColonyEvent[];
}

type Writable<Cells> = { -readonly [Place in keyof Cells]: Cells[Place] };

/** Makes a writer. */
export function createEventWriter(
  db: DatabaseSync,
  ground: {
    readonly colonyId: ColonyId;
    readonly blobs: FileBlobStore;
    readonly names: WritableNames;
    readonly register: RegisterWriter;
  },
): EventWriter {
  const { colonyId, blobs, names, register } = ground;
  const insertPlain = db.prepare(insertOf(`${PLAIN_COLUMNS}, crc`));
  const insertAll = db.prepare(insertOf(`${PLAIN_COLUMNS}, crc, ${RARE_COLUMNS}`));

  /** One for all rows: what is made of it is made before the next one. */
  const row: Writable<PlainCells> = [0, 0, 0, 0, 0, 0, null, null, null];

  /** Cell by cell, as an array that is spread costs as much as what SQLite does with a row. */
  const insertRow = (rare: RareCells): void => {
    const crc = checksumOf(row, rare, names);
    // Not `run`, which tells of each row what nobody asks; and to bind nothing costs as much as to bind something.
    if (rare === NOTHING_RARE)
      insertPlain.get(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], crc);
    else insertAll.get(...row, crc, ...rare);
    register.add(row, rare);
  };

  const insertOne = (event: ColonyEvent, json: string, head: StreamHead): void => {
    const { agentId, executionId, correlationId } = event;
    if (executionId !== head.executionId) {
      head.executionId = executionId;
      head.execution = executionId === undefined ? null : ownExecutionNumber(agentId, executionId);
    }
    if (correlationId !== head.correlationId) {
      head.correlationId = correlationId;
      head.correlation = correlationId === undefined ? null : names.intern(correlationId);
    }
    const rare = rareOf(event, json, head.execution);
    row[0] = event.seq;
    row[1] = head.agent;
    row[2] = event.version;
    row[3] = names.intern(event.type);
    row[4] = event.at;
    row[5] = event.v;
    row[6] = head.execution;
    row[7] = head.correlation;
    row[8] = rare[4] === null ? json : null;
    insertRow(rare);
  };

  const rareOf = (event: ColonyEvent, json: string, execution: number | null): RareCells => {
    const { agentId, executionId, causationId } = event;
    const foreign = execution === null && executionId !== undefined ? executionId : null;
    const addressee = recipientOf(event);
    const recipient = addressee === undefined || addressee === agentId ? null : names.intern(addressee);
    const body = isLarge(json) ? blobs.putNow(json).sha256 : null;
    if (foreign === null && causationId === undefined && recipient === null && body === null)
      return NOTHING_RARE;
    const causation = causationId === undefined ? null : ownVersionNumber(agentId, causationId);
    return [foreign, causation, causation === null ? (causationId ?? null) : null, recipient, body];
  };

  return {
    insert({ append, json }, head, firstSeq) {
      return append.events.map((event, index) => {
        head.version += 1;
        const place = { colonyId, seq: firstSeq + index, version: head.version };
        const recorded = recordEvent(event, append, place);
        insertOne(recorded, json[index] ?? "", head);
        return recorded;
      });
    },
  };
}

function insertOf(columns: string): string {
  return `INSERT INTO events (${columns}) VALUES (${columns.replaceAll(/\w+/g, "?")})`;
}

/** One character is at most three bytes of UTF-8. */
function isLarge(json: string): boolean {
  return json.length * 3 > LARGEST_ROW_BYTES && Buffer.byteLength(json) > LARGEST_ROW_BYTES;
}
