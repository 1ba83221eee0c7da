import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ColonyError, type ColonyEvent, type LogRead } from "@colony/core";
import { notReadable } from "./database.ts";
import { decodeEvent, type DecoderGround } from "./event-decoder.ts";
import { eventSql, type Bound } from "./event-query.ts";

/** Reads events from a database, whoever writes them. */
export interface EventReader {
  page(read: LogRead): readonly ColonyEvent[];
  /** The same, as the rows that `decode` makes events of. */
  rows(read: LogRead): readonly (readonly unknown[])[];
  decode(row: readonly unknown[]): ColonyEvent;
  /** Seq of the newest event; 0 when there is none. */
  head(): number;
}

/** As many statements as differ in shape are kept prepared. */
const PREPARED_LIMIT = 100;

/** Makes a reader. It throws `log.corrupt` for what cannot be read. */
export function createEventReader(db: DatabaseSync, ground: DecoderGround): EventReader {
  const prepared = new Map<string, StatementSync>();
  const newest = db.prepare("SELECT max(seq) AS seq FROM events");

  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= PREPARED_LIMIT) prepared.clear();
    const fresh = db.prepare(sql);
    fresh.setReturnArrays(true);
    prepared.set(sql, fresh);
    return fresh;
  };

  const rows = (read: LogRead): readonly (readonly unknown[])[] => {
    try {
      const query = eventSql(read, ground.names);
      return query === undefined ? [] : allRows(statement(query.sql), query.values);
    } catch (error) {
      // Damage may already be met where a statement is made: it reads the schema.
      throw error instanceof ColonyError ? error : notReadable(error);
    }
  };

  const decode = (row: readonly unknown[]): ColonyEvent => {
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

function allRows(statement: StatementSync, values: readonly Bound[]): readonly (readonly unknown[])[] {
  return statement.all(...values).map((row) => (Array.isArray(row) ? row : Object.values(row)));
}
