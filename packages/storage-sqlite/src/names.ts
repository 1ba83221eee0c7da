import type { DatabaseSync } from "node:sqlite";
import { nameSumOf, type NameSums } from "./event-checksum.ts";

/** Ids and event types as small numbers, so that neither rows nor indexes repeat their text. */
export interface Names extends NameSums {
  /** The number of a name; -1, which no row has, where the name was never written. */
  find(name: string): number;
  /** The name of a number; undefined where the database does not know it. */
  nameOf(no: number): string | undefined;
}

/** Names of the process that writes. */
export interface WritableNames extends Names {
  /** The number of a name, given now where it had none. Only inside a transaction that writes. */
  intern(name: string): number;
  /** The number of a name that is given now; -1 where it had one. Only inside a transaction that writes. */
  give(name: string): number;
  /** Forgets what a transaction that failed may have given. */
  forget(): void;
}

/** Numbers of names that are kept in memory. */
const KEPT = 50_000;

/** Names of numbers that are kept in memory, each in the place that its number has in this many. */
const PLACES = 65_536;

/** Names that are read together: what stands together in the log was named together. */
const AT_ONCE = 256;

/** Names as far as they are in memory, and what fetches others. */
interface KeptNames extends Names {
  /** The number of a name that is in memory. */
  recall(name: string): number | undefined;
  keep(no: number, name: string): void;
}

/** Makes the numbers of a database known. What was found stays so for ever; what was not may come. */
export function createNames(db: DatabaseSync): Names {
  return createKeptNames(db);
}

function createKeptNames(db: DatabaseSync): KeptNames {
  const numbers = new Map<string, number>();
  const placed = new Float64Array(PLACES);
  const names: (string | undefined)[] = [];
  const sums = new Int32Array(PLACES);
  const byName = db.prepare("SELECT no FROM names WHERE name = ?");
  const fromNumber = db.prepare("SELECT no, name FROM names WHERE no >= ? ORDER BY no LIMIT ?");
  const known = (no: number): string | undefined =>
    placed[no % PLACES] === no ? names[no % PLACES] : undefined;
  const place = (no: number, name: string): void => {
    placed[no % PLACES] = no;
    names[no % PLACES] = name;
    sums[no % PLACES] = nameSumOf(name);
  };
  const keep = (no: number, name: string): void => {
    if (numbers.size >= KEPT) numbers.clear();
    numbers.set(name, no);
    place(no, name);
  };
  fromNumber.setReturnArrays(true);
  const near = (no: number): readonly (readonly unknown[])[] => {
    try {
      return fromNumber.all(no, AT_ONCE) as unknown as readonly (readonly unknown[])[];
    } catch {
      // What is damaged may be one of the others.
      return fromNumber.all(no, 1) as unknown as readonly (readonly unknown[])[];
    }
  };
  const nameOf = (no: number): string | undefined => {
    const found = known(no);
    if (found !== undefined) return found;
    for (const [each, name] of near(no)) place(Number(each), String(name));
    return known(no);
  };
  return {
    keep,
    recall: (name) => numbers.get(name),
    find(name) {
      const found = numbers.get(name);
      if (found !== undefined) return found;
      const no = byName.get(name)?.["no"];
      if (typeof no !== "number") return -1;
      keep(no, name);
      return no;
    },
    nameOf,
    sumOf(no) {
      if (placed[no % PLACES] !== no && nameOf(no) === undefined) return 0;
      return sums[no % PLACES] ?? 0;
    },
  };
}

/** Makes the numbers of a database known, and gives more of them. */
export function createWritableNames(db: DatabaseSync): WritableNames {
  let known = createKeptNames(db);
  const add = db.prepare("INSERT OR IGNORE INTO names (name) VALUES (?)");
  const give = (name: string): number => {
    const { changes, lastInsertRowid } = add.run(name);
    if (changes === 0) return -1;
    const no = Number(lastInsertRowid);
    known.keep(no, name);
    return no;
  };
  return {
    find: (name) => known.find(name),
    nameOf: (no) => known.nameOf(no),
    sumOf: (no) => known.sumOf(no),
    give,
    intern(name) {
      const no = known.recall(name) ?? give(name);
      return no === -1 ? known.find(name) : no;
    },
    forget() {
      known = createKeptNames(db);
    },
  };
}
