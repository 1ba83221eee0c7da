import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { insertOf } from "./insert-of.ts";
import { PLAIN_COLUMNS, RARE_COLUMNS, type PlainCells, type RareCells } from "./event-row.ts";

/** Inserts rows of events into a transaction that is open, in their order. */
export interface RowInserter {
  /** Takes a row, and keeps neither of the arrays. It is inserted together with others, at the latest by `finish`. */
  add(plain: PlainCells, rare: RareCells, crc: number): void;
  /** Inserts what waits for others. Before the transaction ends. */
  finish(): void;
  /** Drops what waits for others, since the transaction has failed. */
  forget(): void;
}

/** Rows that one call inserts, where there are so many: by itself each takes a quarter longer, and more at once save no more. */
export const ROWS_TOGETHER = 16;

/** What is asked of each row. Of what is rare only mail is frequent: every worker sends a report. */
const COLUMNS = `${PLAIN_COLUMNS}, recipient, crc`;

/** How many that are. */
const WIDTH = 11;

/** Makes an inserter. */
export function createRowInserter(db: DatabaseSync): RowInserter {
  const insertOne = db.prepare(insertOf("events", COLUMNS, 1));
  const insertRare = db.prepare(insertOf("events", `${PLAIN_COLUMNS}, ${RARE_COLUMNS}, crc`, 1));
  const insertTogether = db.prepare(insertOf("events", COLUMNS, ROWS_TOGETHER));
  /** The cells of the rows that wait, one row after the other. */
  const cells: SQLInputValue[] = Array.from({ length: ROWS_TOGETHER * WIDTH }, () => null);
  let filled = 0;

  const finish = (): void => {
    for (let at = 0; at < filled; at += WIDTH) insertOne.get(...cells.slice(at, at + WIDTH));
    filled = 0;
  };

  return {
    // Cell by cell, since an array that is made of others costs much beside what SQLite does; and `get`, since `run` tells of
    // each row what nobody asks.
    add(plain, rare, crc) {
      if (!isFrequent(rare)) {
        finish();
        insertRare.get(...plain, ...rare, crc);
        return;
      }
      const at = filled;
      cells[at] = plain[0];
      cells[at + 1] = plain[1];
      cells[at + 2] = plain[2];
      cells[at + 3] = plain[3];
      cells[at + 4] = plain[4];
      cells[at + 5] = plain[5];
      cells[at + 6] = plain[6];
      cells[at + 7] = plain[7];
      cells[at + 8] = plain[8];
      cells[at + 9] = rare[3];
      cells[at + 10] = crc;
      filled = at + WIDTH;
      if (filled < cells.length) return;
      insertTogether.get(...cells);
      filled = 0;
    },
    finish,
    forget() {
      filled = 0;
    },
  };
}

/** Whether a row says nothing that is rare, but perhaps whom it is mail for. */
function isFrequent(rare: RareCells): boolean {
  return rare[0] === null && rare[1] === null && rare[2] === null && rare[4] === null;
}
