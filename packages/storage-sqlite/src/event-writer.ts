import type { DatabaseSync } from "node:sqlite";
import { recipientOf, recordEvent, type ColonyEvent, type ColonyId } from "@colony/core";
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
import type { PreparedAppend } from "./prepared-append.ts";
import type { RegisterWriter } from "./register-writer.ts";

/** Data larger than this goes to a blob. */
const LARGEST_ROW_BYTES = 65_536;

/** Writes events into a transaction that is open. */
export interface EventWriter {
  /** The events with their places; the first gets the seq. */
  insert(prepared: PreparedAppend, firstSeq: number): readonly ColonyEvent[];
}

/** What the events of one append mostly have in common, found out once. */
interface OfAppend {
  readonly agent: number;
  executionId: string | undefined;
  /** The number of that execution, where it is one of the agent's own. */
  execution: number | null;
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
  const insertAll = db.prepare(insertOf(`${PLAIN_COLUMNS}, ${RARE_COLUMNS}, crc`));

  const insertOne = (event: ColonyEvent, json: string, of: OfAppend): void => {
    const { executionId, correlationId } = event;
    if (executionId !== of.executionId) {
      of.executionId = executionId;
      of.execution = executionId === undefined ? null : ownExecutionNumber(event.agentId, executionId);
    }
    const { agent, execution } = of;
    const rare = rareOf(event, json, execution);
    const plain: PlainCells = [
      event.seq,
      agent,
      event.version,
      names.intern(event.type),
      event.at,
      event.v,
      execution,
      correlationId === undefined ? null : names.intern(correlationId),
      rare[4] === null ? json : null,
    ];
    const crc = checksumOf(plain, rare, names);
    // Not `run`, which tells of each row what nobody asks; and to bind nothing costs as much as to bind something.
    if (rare === NOTHING_RARE) insertPlain.get(...plain, crc);
    else insertAll.get(...plain, ...rare, crc);
    register.add({
      seq: plain[0],
      agent,
      type: plain[3],
      correlation: plain[7],
      executionId: rare[0],
      recipient: rare[3],
    });
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
    insert({ append, json }, firstSeq) {
      const { agentId, expectedVersion } = append;
      const of: OfAppend = { agent: names.intern(agentId), executionId: undefined, execution: null };
      return append.events.map((event, index) => {
        const place = { colonyId, seq: firstSeq + index, version: expectedVersion + 1 + index };
        const recorded = recordEvent(event, append, place);
        insertOne(recorded, json[index] ?? "", of);
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
