import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { notReadable } from "./database.ts";
import { createRegisterReader } from "./register-reader.ts";
import { entryOf } from "./register-entry.ts";
import { insertOf } from "./insert-of.ts";
import { UnfiledEvents } from "./unfiled-events.ts";
import { PLAIN_COLUMNS, type PlainCells, type RareCells } from "./event-row.ts";

/** Files the events of a log in its register. What is not filed yet it has in memory, so that its process finds that as well. */
export interface RegisterWriter {
  /** Files what an earlier release, or another owner, has left. `write` runs a transaction. */
  catchUp(head: number, write: (transaction: () => void) => void): void;
  /** What is not filed yet; undefined where that is not known, and has to be searched for. */
  readonly unfiled: UnfiledEvents | undefined;
  /** Events come. Before their transaction: what cannot be read would end it. */
  expect(): void;
  /** This row has been inserted, in the transaction that is open. */
  add(plain: PlainCells, rare: RareCells): void;
  /** Files what is due, in that transaction. */
  fileDue(): void;
  /** That transaction is stored. */
  stored(): void;
  /** Takes back what was done in a transaction that failed. */
  forget(): void;
  /** Seq of an agent's newest event among those that are not filed. Throws `log.corrupt` where those cannot be read. */
  newestOf(agent: number): number | undefined;
}

/**
 * Events that are filed together. The more, the fewer entries and pages of the register are written; readers of other processes
 * search what is not filed, some 0.3 ms for so many.
 */
const BATCH = 8_192;

/** Where thousands are at work an entry would be filed for every event or two: more are awaited, up to so many. */
const LARGEST_BATCH = 4 * BATCH;

/** Events of each agent for which nothing more is awaited. */
const ENOUGH_EACH = 8;

/** Entries that one call inserts, where there are so many. */
const ENTRIES_TOGETHER = 16;

const COLUMNS = "what, key, upto, seqs, crc";

/** How many those are. */
const WIDTH = 5;

/** Makes a writer. */
export function createRegisterWriter(db: DatabaseSync): RegisterWriter {
  const register = createRegisterReader(db);
  const next = db.prepare(`SELECT ${FILED_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`);
  next.setReturnArrays(true);
  const insertOne = db.prepare(insertOf("register", COLUMNS, 1));
  const insertTogether = db.prepare(insertOf("register", COLUMNS, ENTRIES_TOGETHER));
  const note = db.prepare("INSERT OR REPLACE INTO meta VALUES ('registered_to', ?)");
  let unfiled: UnfiledEvents | undefined;
  /** With so many it is looked at whether they are to be filed. */
  let batch = BATCH;
  /** They are, in the transaction that is open. */
  let isFiled = false;
  /** How many of them are stored. */
  let stored = 0;
  /** Events that cannot be read cannot be filed. Whoever wants something of them searches, and meets the damage. */
  let damage: unknown;

  const read = (after: number, limit: number): UnfiledEvents | undefined => {
    try {
      const events = new UnfiledEvents();
      for (const row of next.all(after, limit)) {
        const [executionId, recipient, ...plain] = row as unknown as FiledCells;
        events.add(plain, [executionId, null, null, recipient, null]);
      }
      return events;
    } catch (error) {
      damage = error;
      return undefined;
    }
  };

  const file = (events: UnfiledEvents): void => {
    let cells: SQLInputValue[] = [];
    for (const { heading, seqs } of events.entries()) {
      const { upto, seqs: text, crc } = entryOf(heading, seqs);
      cells.push(heading[0], heading[1], upto, text, crc);
      if (cells.length < ENTRIES_TOGETHER * WIDTH) continue;
      insertTogether.get(...cells);
      cells = [];
    }
    for (let at = 0; at < cells.length; at += WIDTH) insertOne.get(...cells.slice(at, at + WIDTH));
    note.run(String(events.upTo));
  };

  return {
    catchUp(head, write) {
      for (let at = register.upTo(); head - at >= LARGEST_BATCH;) {
        const events = read(at, LARGEST_BATCH);
        if (events === undefined) return;
        write(() => file(events));
        at = events.upTo;
      }
    },
    get unfiled() {
      return unfiled;
    },
    expect() {
      if (unfiled !== undefined || damage !== undefined) return;
      unfiled = read(register.upTo(), -1);
      stored = unfiled?.size ?? 0;
    },
    add(plain, rare) {
      unfiled?.add(plain, rare);
    },
    fileDue() {
      if (unfiled === undefined || unfiled.size < batch) return;
      isFiled = isWorthFiling(unfiled);
      if (isFiled) file(unfiled);
      else batch = Math.min(batch * 2, LARGEST_BATCH);
    },
    stored() {
      if (unfiled === undefined) return;
      if (isFiled) [unfiled, batch, isFiled] = [new UnfiledEvents(), BATCH, false];
      stored = unfiled.size;
    },
    forget() {
      isFiled = false;
      unfiled?.shorten(stored);
    },
    newestOf(agent) {
      if (damage !== undefined) throw notReadable(damage);
      return unfiled?.newestOf(agent);
    },
  };
}

/** Whether there are enough of each agent, or so many that readers should not have to search more. */
function isWorthFiling(events: UnfiledEvents): boolean {
  return events.size >= LARGEST_BATCH || events.agents * ENOUGH_EACH <= events.size;
}

/** What is filed of a row is none of its data. */
const FILED_COLUMNS = `execution_id, recipient, ${PLAIN_COLUMNS.replace("data", "NULL")}`;
type FiledCells = readonly [executionId: string | null, recipient: number | null, ...PlainCells];
