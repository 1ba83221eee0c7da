import type { DatabaseSync, StatementSync } from "node:sqlite";
import { seqsOf, type Heading } from "./register-entry.ts";

/** Finds events in the register, whoever writes it. */
export interface RegisterReader {
  /** Seq up to which all events are filed; 0 where nothing is, as in a log of an earlier release. */
  upTo(): number;
  /** The first so many seqs in a range that are filed under any of these headings, rising. Throws `log.corrupt`. */
  find(headings: readonly Heading[], range: SeqRange): readonly number[];
  /** Seq of the newest event that is filed under a heading; 0 where none is. */
  newest(heading: Heading): number;
}

/** Events after one, up to another. */
interface SeqRange {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** Makes a reader. A database may get its register later, from its next owner. */
export function createRegisterReader(db: DatabaseSync): RegisterReader {
  const marker = db.prepare("SELECT value FROM meta WHERE key = 'registered_to'");
  let entries: StatementSync | undefined;
  let newest: StatementSync | undefined;
  const allEntries = (): StatementSync =>
    (entries ??= db.prepare(
      "SELECT upto, seqs, crc FROM register WHERE what = ? AND key = ? AND upto > ? ORDER BY upto",
    ));
  const findOne = (heading: Heading, { after, upTo, limit }: SeqRange): readonly number[] => {
    const found: number[] = [];
    for (const { upto, seqs, crc } of allEntries().iterate(heading[0], heading[1], after)) {
      const entry = { upto: Number(upto), seqs: String(seqs), crc: Number(crc) };
      for (const seq of seqsOf(heading, entry)) if (seq > after && seq <= upTo) found.push(seq);
      if (found.length >= limit || entry.upto >= upTo) break;
    }
    return found;
  };
  return {
    upTo: () => Number(marker.get()?.["value"] ?? 0),
    find(headings, range) {
      const found = headings.map((heading) => findOne(heading, range));
      const [first = [], ...others] = found;
      const all = others.length === 0 ? first : [...new Set(found.flat())].toSorted((a, b) => a - b);
      return all.slice(0, range.limit);
    },
    newest([what, key]) {
      newest ??= db.prepare("SELECT max(upto) AS seq FROM register WHERE what = ? AND key = ?");
      return Number(newest.get(what, key)?.["seq"] ?? 0);
    },
  };
}
