import type { DatabaseSync } from "node:sqlite";
import { recipientOf, recordAppend, type ColonyEvent, type ColonyId } from "@colony/core";
import type { PreparedAppend } from "./append-group.ts";
import { checksumOf } from "./event-checksum.ts";
import {
  NOTHING_RARE,
  ownExecutionNumber,
  ownVersionNumber,
  type PlainCells,
  type RareCells,
} from "./event-row.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import type { WritableNames } from "./names.ts";
import type { RegisterWriter } from "./register-writer.ts";
import { createRowInserter } from "./row-inserter.ts";
import type { StreamHead } from "./stream-heads.ts";

/** Data larger than this goes to a blob. */
const LARGEST_ROW_BYTES = 65_536;

/** Writes events into a transaction that is open. */
export interface EventWriter {
  /** The events of an append to that stream with their places; the first gets the seq. Moves the head. */
  insert(prepared: PreparedAppend, head: StreamHead, firstSeq: number): readonly ColonyEvent[];
  /** Sees to it that all of them are inserted. Before the transaction ends. */
  finish(): void;
  /** Drops what is not inserted yet, since the transaction has failed. */
  forget(): void;
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
  const rows = createRowInserter(db);

  /** One for all rows: what is made of it is made before the next one. */
  const row: Writable<PlainCells> = [0, 0, 0, 0, 0, 0, null, null, null];

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
    rows.add(row, rare, checksumOf(row, rare, names));
    register.add(row, rare);
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
      const recorded = recordAppend(append, { colonyId, seq: firstSeq });
      for (let place = 0; place < recorded.length; place += 1) {
        const event = recorded[place];
        if (event !== undefined) insertOne(event, json[place] ?? "", head);
      }
      head.version += recorded.length;
      return recorded;
    },
    finish: () => rows.finish(),
    forget: () => rows.forget(),
  };
}

/** One character is at most three bytes of UTF-8. */
function isLarge(json: string): boolean {
  return json.length * 3 > LARGEST_ROW_BYTES && Buffer.byteLength(json) > LARGEST_ROW_BYTES;
}
