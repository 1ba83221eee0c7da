import { statSync } from "node:fs";
import { setImmediate as othersTurn } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import type { EventPruning, PrunedSize, Pruning } from "@colony/core";
import { notReadable, patiently } from "./database.ts";
import type { EventReader } from "./event-reader.ts";
import { corrupt, isStoredRow, rareCellsOf } from "./event-row.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import { logClosed } from "./log-closed.ts";
import type { Names } from "./names.ts";
import { onlyRead } from "./only-read.ts";

/** What pruning stands on. */
interface PruningGround {
  readonly db: DatabaseSync;
  readonly reader: EventReader;
  readonly names: Names;
  readonly blobs: Pick<FileBlobStore, "pathOf">;
  /** Runs a transaction; absent for those who only look on. */
  readonly write?: (transaction: () => void) => void;
  readonly isClosed: () => boolean;
}

/** An event that is not kept any longer. */
interface Unwanted {
  readonly seq: number;
  readonly sizeBytes: number;
}

const PAGE = 1_000;

/** Where it stands how many events have been removed in all, so that they are not taken for lost. */
const PRUNED_EVENTS = "pruned_events";

/** How many events of a database have been removed on purpose. */
export function prunedEvents(db: DatabaseSync): number {
  return Number(db.prepare("SELECT value FROM meta WHERE key = ?").get(PRUNED_EVENTS)?.["value"] ?? 0);
}

/** Makes the pruning of a log in a database. Bodies that stood beside it stay until `sweepBodies`. */
export function createEventPruning(ground: PruningGround): EventPruning {
  const { db, write, isClosed } = ground;
  /** Whoever prunes much asks for one thing after the other: appends and everything else go on in between. */
  const found = async (pruning: Pruning): Promise<readonly Unwanted[]> => {
    await othersTurn();
    if (isClosed()) throw logClosed();
    return unwanted(ground, pruning);
  };
  return {
    async weigh(pruning) {
      return sizeOf(await found(pruning));
    },
    async remove(pruning) {
      if (write === undefined) throw onlyRead();
      const gone = await found(pruning);
      if (gone.length > 0)
        await patiently(() => {
          if (isClosed()) throw logClosed();
          write(() => removeRows(db, gone));
        });
      return sizeOf(gone);
    },
  };
}

function removeRows(db: DatabaseSync, gone: readonly Unwanted[]): void {
  const remove = db.prepare("DELETE FROM events WHERE seq = ?");
  let removed = 0;
  for (const { seq } of gone) removed += Number(remove.run(seq).changes);
  db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(
    PRUNED_EVENTS,
    String(prunedEvents(db) + removed),
  );
}

/** Each stream is read as a whole: its newest event is none of them, whatever it is. */
function unwanted(ground: PruningGround, { streams, types }: Pruning): readonly Unwanted[] {
  const kinds = new Set(types.map((type) => ground.names.find(type)));
  return streams.flatMap(({ agentId, upTo }) => {
    const found: (Unwanted & { readonly version: number })[] = [];
    let newest = 0;
    for (let after = 0; ;) {
      const rows = ground.reader.rows({ agentId, after, limit: PAGE });
      for (const row of rows) {
        if (!isStoredRow(row)) throw corrupt(row[0], "a column does not hold what it should");
        const [seq, , version, type, , , , , data] = row;
        const [, , , recipient, body] = rareCellsOf(row);
        after = seq;
        newest = Math.max(newest, version);
        if (version > upTo || recipient !== null || !kinds.has(type)) continue;
        found.push({ seq, version, sizeBytes: body === null ? byteLength(data) : fileSize(ground, body) });
      }
      if (rows.length < PAGE) return found.filter(({ version }) => version !== newest);
    }
  });
}

function byteLength(data: string | null): number {
  return data === null ? 0 : Buffer.byteLength(data);
}

function fileSize({ blobs }: PruningGround, sha256: string): number {
  try {
    return statSync(blobs.pathOf(sha256), { throwIfNoEntry: false })?.size ?? 0;
  } catch (error) {
    throw notReadable(error);
  }
}

function sizeOf(events: readonly Unwanted[]): PrunedSize {
  return { events: events.length, sizeBytes: events.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}
