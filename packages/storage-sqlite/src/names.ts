import type { DatabaseSync } from "node:sqlite";

/** Ids and event types as small numbers, so that neither rows nor indexes repeat their text. */
export interface Names {
  /** The number of a name; -1, which no row has, where the name was never written. */
  find(name: string): number;
  /** The name of a number; undefined where the database does not know it. */
  nameOf(no: number): string | undefined;
}

/** Names of the process that writes. */
export interface WritableNames extends Names {
  /** The number of a name, given now where it had none. Only inside a transaction that writes. */
  intern(name: string): number;
  /** Forgets what a transaction that failed may have given. */
  forget(): void;
}

const KEPT = 50_000;

/** Makes the numbers of a database known. What was found stays so for ever; what was not may come. */
export function createNames(db: DatabaseSync): Names {
  const names = new Map<number, string>();
  const numbers = new Map<string, number>();
  const byName = db.prepare("SELECT no FROM names WHERE name = ?");
  const byNumber = db.prepare("SELECT name FROM names WHERE no = ?");
  const keep = (no: number, name: string): void => {
    if (names.size >= KEPT) {
      names.clear();
      numbers.clear();
    }
    names.set(no, name);
    numbers.set(name, no);
  };
  return {
    find(name) {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      const no = byName.get(name)?.["no"];
      if (typeof no !== "number") return -1;
      keep(no, name);
      return no;
    },
    nameOf(no) {
      const known = names.get(no);
      if (known !== undefined) return known;
      const name = byNumber.get(no)?.["name"];
      if (typeof name !== "string") return undefined;
      keep(no, name);
      return name;
    },
  };
}

/** Makes the numbers of a database known, and gives more of them. */
export function createWritableNames(db: DatabaseSync): WritableNames {
  let known = createNames(db);
  const add = db.prepare("INSERT INTO names (name) VALUES (?)");
  return {
    find: (name) => known.find(name),
    nameOf: (no) => known.nameOf(no),
    intern(name) {
      const no = known.find(name);
      if (no !== -1) return no;
      add.run(name);
      return known.find(name);
    },
    forget() {
      known = createNames(db);
    },
  };
}
