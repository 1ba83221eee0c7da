import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ColonyError, type ColonyEvent, type LogRead } from "@colony/core";
import { notReadable } from "./database.ts";
import { decodeEvent, type DecoderGround } from "./event-decoder.ts";
import { STORED_ROW } from "./event-row.ts";
import { searchFor, type Bound, type EventSearch } from "./event-query.ts";
import { createRegisterReader } from "./register-reader.ts";
import type { Heading } from "./register-entry.ts";
import type { UnfiledEvents } from "./unfiled-events.ts";

/** Reads events from a database, whoever writes them. */
export interface EventReader {
  page(read: LogRead): readonly ColonyEvent[];
  /** The same, as the rows that `decode` makes events of. */
  rows(read: LogRead): readonly Row[];
  decode(row: Row): ColonyEvent;
  /** Seq of the newest event; 0 when there is none. */
  head(): number;
}

type Row = readonly unknown[];

/** As many statements as differ in shape are kept prepared. */
const PREPARED_LIMIT = 100;

const DEFAULT_LIMIT = 1_000;

/** Seqs that are taken from the register at once at least: what else a read asks for may leave few of them. */
const FOUND_AT_ONCE = 256;

/** Events after one, up to another. */
interface SeqRange {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** What finds the seqs of events under some headings. */
interface Finder {
  find(headings: readonly Heading[], range: SeqRange): readonly number[];
}

/** Makes a reader. `unfiled` has what is not in the register, where that is known. It throws `log.corrupt` for what cannot be read. */
export function createEventReader(
  db: DatabaseSync,
  ground: DecoderGround,
  unfiled: () => UnfiledEvents | undefined = () => undefined,
): EventReader {
  const prepared = new Map<string, StatementSync>();
  const newest = db.prepare("SELECT max(seq) AS seq FROM events");
  const register = createRegisterReader(db);

  const all = (where: string, values: readonly Bound[]): readonly Row[] => {
    let statement = prepared.get(where);
    if (statement === undefined) {
      if (prepared.size >= PREPARED_LIMIT) prepared.clear();
      statement = db.prepare(`SELECT ${STORED_ROW} FROM events WHERE ${where} ORDER BY seq LIMIT ?`);
      statement.setReturnArrays(true);
      prepared.set(where, statement);
    }
    return statement.all(...values) as unknown as readonly Row[];
  };

  /** What is found under the headings, page by page. */
  const found = (
    finder: Finder,
    { headings, where, values }: EventSearch,
    range: SeqRange,
  ): readonly Row[] => {
    const { upTo, limit } = range;
    let { after } = range;
    let rows: readonly Row[] = [];
    while (rows.length < limit && after < upTo) {
      const left = limit - rows.length;
      const seqs = finder.find(headings, { after, upTo, limit: Math.max(left, FOUND_AT_ONCE) });
      after = seqs.at(-1) ?? upTo;
      if (seqs.length === 0) break;
      const some = all(`seq IN (SELECT value FROM json_each(?)) AND ${where}`, [
        JSON.stringify(seqs),
        ...values,
        left,
      ]);
      rows = rows.length === 0 ? some : [...rows, ...some];
    }
    return rows;
  };

  const search = ({ after = 0, limit = DEFAULT_LIMIT }: LogRead, wanted: EventSearch): readonly Row[] => {
    const { headings, where, values } = wanted;
    if (headings.length === 0) return all("seq > ?", [after, limit]);
    const upTo = register.upTo();
    const filed = found(register, wanted, { after, upTo, limit });
    const left = limit - filed.length;
    if (left === 0) return filed;
    const from = Math.max(after, upTo);
    const others = unfiled();
    const known =
      others === undefined ? [] : found(others, wanted, { after: from, upTo: others.upTo, limit: left });
    const more = left - known.length;
    // There is nothing beyond what the owner knows, unless somebody has taken the folder over.
    const rest =
      more === 0 ? [] : all(`seq > ? AND ${where}`, [Math.max(from, others?.upTo ?? 0), ...values, more]);
    return [...filed, ...known, ...rest];
  };

  const rows = (read: LogRead): readonly Row[] => {
    try {
      const wanted = searchFor(read, ground.names);
      return wanted === undefined ? [] : search(read, wanted);
    } catch (error) {
      // Damage may already be met where a statement is made: it reads the schema.
      throw error instanceof ColonyError ? error : notReadable(error);
    }
  };

  const decode = (row: Row): ColonyEvent => {
    try {
      return decodeEvent(row, ground);
    } catch (error) {
      throw error instanceof ColonyError ? error : notReadable(error);
    }
  };

  return {
    rows,
    decode,
    page: (read) => rows(read).map(decode),
    head() {
      try {
        return Number(newest.get()?.["seq"] ?? 0);
      } catch (error) {
        throw notReadable(error);
      }
    },
  };
}
