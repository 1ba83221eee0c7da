import type { DatabaseSync } from "node:sqlite";
import { recipientOf, recordEvent, type Append, type ColonyEvent, type ColonyId } from "@colony/core";
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
  insert(append: Append, head: StreamHead, place: InsertPlace): readonly ColonyEvent[];
}

interface InsertPlace {
  readonly firstSeq: number;
  /** The data of each event. */
  readonly json: readonly string[];
}

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

  /** Cell by cell, as an array that is spread costs as much as what SQLite does with a row. */
  const insertRow = (plain: PlainCells, rare: RareCells): void => {
    const [seq, agent, version, type, at, v, execution, correlation, data] = plain;
    const crc = checksumOf(plain, rare, names);
    // Not `run`, which tells of each row what nobody asks; and to bind nothing costs as much as to bind something.
    if (rare === NOTHING_RARE)
      insertPlain.get(seq, agent, version, type, at, v, execution, correlation, data, crc);
    else insertAll.get(seq, agent, version, type, at, v, execution, correlation, data, crc, ...rare);
  };

  const insertOne = (event: ColonyEvent, json: string, head: StreamHead): void => {
    const { seq, agentId, version, at, v, executionId, correlationId } = event;
    if (executionId !== head.executionId) {
      head.executionId = executionId;
      head.execution = executionId === undefined ? null : ownExecutionNumber(agentId, executionId);
    }
    if (correlationId !== head.correlationId) {
      head.correlationId = correlationId;
      head.correlation = correlationId === undefined ? null : names.intern(correlationId);
    }
    const { agent, execution, correlation } = head;
    const type = names.intern(event.type);
    const rare = rareOf(event, json, execution);
    const data = rare[4] === null ? json : null;
    insertRow([seq, agent, version, type, at, v, execution, correlation, data], rare);
    register.add({ seq, agent, type, correlation, executionId: rare[0], recipient: rare[3] });
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
    insert(append, head, { firstSeq, json }) {
      const recorded: ColonyEvent[] = [];
      for (const event of append.events) {
        const index = recorded.length;
        head.version += 1;
        const one = recordEvent(event, append, { colonyId, seq: firstSeq + index, version: head.version });
        insertOne(one, json[index] ?? "", head);
        recorded.push(one);
      }
      return recorded;
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
