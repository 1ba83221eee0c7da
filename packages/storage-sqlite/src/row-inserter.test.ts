import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { NOTHING_RARE, PLAIN_COLUMNS, RARE_COLUMNS, type PlainCells, type RareCells } from "./event-row.ts";
import { createRowInserter, ROWS_TOGETHER } from "./row-inserter.ts";
import { migrate } from "./schema.ts";

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(":memory:");
  migrate(db, ":memory:");
});

type Row = readonly [...PlainCells, ...RareCells, crc: number];

const plainOf = (seq: number): PlainCells => [
  seq,
  seq % 7,
  seq * 2,
  3,
  1_700_000_000_000 + seq / 4,
  1,
  seq % 2 === 0 ? null : 1,
  seq % 3 === 0 ? null : 9,
  seq % 5 === 0 ? null : `{"n":${seq},"text":"é"}`,
];

/** Each of the ways in which a row says something rare, some of them together. */
const RARE: readonly RareCells[] = [
  NOTHING_RARE,
  [null, null, null, 12, null],
  ["other.1", null, null, null, null],
  [null, 4, null, null, null],
  [null, null, "other@4", null, null],
  [null, null, null, null, "0".repeat(64)],
  ["other.1", null, "other@4", 12, "0".repeat(64)],
];

const rowOf = (seq: number, rare: RareCells): Row => [...plainOf(seq), ...rare, -seq];

const stored = (): readonly unknown[] => {
  const all = db.prepare(`SELECT ${PLAIN_COLUMNS}, ${RARE_COLUMNS}, crc FROM events ORDER BY seq`);
  all.setReturnArrays(true);
  return all.all();
};

describe("rows are stored as they were taken, in their order", () => {
  const counts = [1, ROWS_TOGETHER - 1, ROWS_TOGETHER, ROWS_TOGETHER + 1, 3 * ROWS_TOGETHER + 5];

  it.each(counts)("%i rows with nothing rare", (count) => {
    const rows = createRowInserter(db);
    const taken = Array.from({ length: count }, (_, place) => rowOf(place + 1, NOTHING_RARE));
    for (let seq = 1; seq <= count; seq += 1) rows.add(plainOf(seq), NOTHING_RARE, -seq);
    rows.finish();
    expect(stored()).toEqual(taken);
  });

  it.each(counts)("%i rows, each rare in another way", (count) => {
    const rows = createRowInserter(db);
    const rareOf = (seq: number): RareCells => RARE[seq % RARE.length] ?? NOTHING_RARE;
    for (let seq = 1; seq <= count; seq += 1) rows.add(plainOf(seq), rareOf(seq), -seq);
    rows.finish();
    expect(stored()).toEqual(
      Array.from({ length: count }, (_, place) => rowOf(place + 1, rareOf(place + 1))),
    );
  });
});

it("what a row was taken from may change before it is inserted", () => {
  const rows = createRowInserter(db);
  const cells: [...PlainCells] = [...plainOf(1)];
  rows.add(cells, NOTHING_RARE, -1);
  cells.fill(0);
  rows.finish();
  expect(stored()).toEqual([rowOf(1, NOTHING_RARE)]);
});

it("of a transaction that failed nothing comes into the next one", () => {
  const rows = createRowInserter(db);
  db.exec("BEGIN");
  for (let seq = 1; seq <= ROWS_TOGETHER + 3; seq += 1) rows.add(plainOf(seq), NOTHING_RARE, -seq);
  db.exec("ROLLBACK");
  rows.forget();
  db.exec("BEGIN");
  rows.add(plainOf(1), NOTHING_RARE, -1);
  rows.finish();
  db.exec("COMMIT");
  expect(stored()).toEqual([rowOf(1, NOTHING_RARE)]);
});

it("a row that is refused fails its transaction, whether it waits for others or not", () => {
  for (const count of [1, ROWS_TOGETHER]) {
    const rows = createRowInserter(db);
    expect(() => {
      for (let seq = 1; seq <= count; seq += 1) rows.add(plainOf(1), NOTHING_RARE, seq);
      for (let again = 0; again < 2; again += 1) {
        rows.add(plainOf(1), NOTHING_RARE, 1);
        rows.finish();
      }
    }).toThrow(/UNIQUE/);
  }
});
