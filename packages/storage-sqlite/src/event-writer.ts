import type { DatabaseSync } from "node:sqlite";
import { recipientOf, recordEvent, type AgentId, type ColonyEvent, type ColonyId } from "@colony/core";
import { checksumOf, EVENT_COLUMNS, ownExecutionNumber, ownVersionNumber } from "./event-row.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import type { WritableNames } from "./names.ts";
import type { PreparedAppend } from "./prepared-append.ts";

/** Data larger than this goes to a blob. */
const LARGEST_ROW_BYTES = 65_536;

/** Writes events into a transaction that is open. */
export interface EventWriter {
  /** The events with their places; the first gets the seq. */
  insert(prepared: PreparedAppend, firstSeq: number): readonly ColonyEvent[];
  /** The version that a stream is at in the database. */
  versionOf(agentId: AgentId): number;
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
  ground: { readonly colonyId: ColonyId; readonly blobs: FileBlobStore; readonly names: WritableNames },
): EventWriter {
  const { colonyId, blobs, names } = ground;
  const marks = EVENT_COLUMNS.replaceAll(/\w+/g, "?");
  const insertRow = db.prepare(`INSERT INTO events (${EVENT_COLUMNS}) VALUES (${marks})`);
  const newestVersion = db.prepare("SELECT max(version) AS version FROM events WHERE agent = ?");
  const nullable = (name: string | undefined): number | null =>
    name === undefined ? null : names.intern(name);

  const insertOne = (event: ColonyEvent, json: string, of: OfAppend): void => {
    const { agentId, executionId, causationId } = event;
    if (executionId !== of.executionId) {
      of.executionId = executionId;
      of.execution = executionId === undefined ? null : ownExecutionNumber(agentId, executionId);
    }
    const { execution } = of;
    const causation = causationId === undefined ? null : ownVersionNumber(agentId, causationId);
    const addressee = recipientOf(event);
    const recipient = addressee === agentId ? undefined : addressee;
    const body = isLarge(json) ? blobs.putNow(json).sha256 : null;
    insertRow.run(
      event.seq,
      of.agent,
      event.version,
      names.intern(event.type),
      event.at,
      event.v,
      execution,
      execution === null ? (executionId ?? null) : null,
      nullable(event.correlationId),
      causation,
      causation === null ? (causationId ?? null) : null,
      nullable(recipient),
      body === null ? json : null,
      body,
      checksumOf(event, body ?? json, recipient),
    );
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
    versionOf: (agentId) => Number(newestVersion.get(names.find(agentId))?.["version"] ?? 0),
  };
}

/** One character is at most three bytes of UTF-8. */
function isLarge(json: string): boolean {
  return json.length * 3 > LARGEST_ROW_BYTES && Buffer.byteLength(json) > LARGEST_ROW_BYTES;
}
