import type { DatabaseSync } from "node:sqlite";
import { createRegisterReader } from "./register-reader.ts";
import { entryOf, type Heading } from "./register-entry.ts";

/** What an event is filed by; numbers are those of `names`. */
interface FiledEvent {
  readonly seq: number;
  readonly agent: number;
  readonly type: number;
  readonly correlation: number | null;
  /** Of an execution that is not its agent's own. */
  readonly executionId: string | null;
  readonly recipient: number | null;
}

/** Files the events of a log in its register. */
export interface RegisterWriter {
  /** Files what an earlier release, or another owner, has left. `write` runs a transaction. */
  catchUp(head: number, write: (transaction: () => void) => void): void;
  /** So many events come to a log that has come to this seq. Before their transaction: what cannot be read would end it. */
  expect(head: number, coming: number): void;
  /** This event has been inserted, in the transaction that is open. */
  add(event: FiledEvent): void;
  /** Files what is due now that the log has come to this seq, in that transaction. */
  fileDue(head: number): void;
  /** Takes back what was done in a transaction that failed. */
  forget(): void;
}

/** Events that are filed together. The more, the fewer pages of the register are written; what is not filed is searched. */
const BATCH = 4_096;

/** Makes a writer. */
export function createRegisterWriter(db: DatabaseSync): RegisterWriter {
  const register = createRegisterReader(db);
  const next = db.prepare(`SELECT ${FILED_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`);
  next.setReturnArrays(true);
  const insert = db.prepare("INSERT INTO register (what, key, upto, seqs, crc) VALUES (?, ?, ?, ?, ?)");
  const note = db.prepare("INSERT OR REPLACE INTO meta VALUES ('registered_to', ?)");
  let filedTo: number | undefined;
  /** What this process has written since then, or since it came. */
  let recent: Batch | undefined;
  /** Events that cannot be read cannot be filed. Whoever wants something of them searches, and meets the damage. */
  let isDamaged = false;

  const read = (after: number, limit: number): Batch | undefined => {
    try {
      const batch = new Batch(after);
      for (const row of next.all(after, limit)) {
        const [seq, agent, type, correlation, executionId, recipient] = row as unknown as FiledCells;
        batch.add({ seq, agent, type, correlation, executionId, recipient });
      }
      return batch;
    } catch {
      isDamaged = true;
      return undefined;
    }
  };

  const file = (batch: Batch): void => {
    for (const [heading, seqs] of batch.entries()) {
      const { upto, seqs: text, crc } = entryOf(heading, seqs);
      insert.run(heading[0], heading[1], upto, text, crc);
    }
    note.run(String(batch.upTo));
  };

  return {
    catchUp(head, write) {
      for (let at = register.upTo(); head - at > 2 * BATCH;) {
        const batch = read(at, BATCH);
        if (batch === undefined) return;
        write(() => file(batch));
        at = batch.upTo;
      }
    },
    expect(head, coming) {
      filedTo ??= register.upTo();
      if (isDamaged || recent?.after === filedTo || head + coming - filedTo < BATCH) return;
      recent = read(filedTo, head - filedTo);
    },
    add(event) {
      if (isDamaged) return;
      recent ??= new Batch(event.seq - 1);
      recent.add(event);
    },
    fileDue(head) {
      if (recent === undefined || recent.after !== filedTo || head - filedTo < BATCH) return;
      file(recent);
      filedTo = head;
      recent = undefined;
    },
    forget() {
      recent = filedTo = undefined;
    },
  };
}

const FILED_COLUMNS = "seq, agent, type, correlation, execution_id, recipient";
type FiledCells = readonly [
  seq: number,
  agent: number,
  type: number,
  correlation: number | null,
  executionId: string | null,
  recipient: number | null,
];

type Shelf<Key> = Map<Key, number[]>;

/** Some events that follow each other, sorted by what they are filed under. */
class Batch {
  readonly #agents: Shelf<number> = new Map();
  readonly #types: Shelf<number> = new Map();
  readonly #correlations: Shelf<number> = new Map();
  readonly #recipients: Shelf<number> = new Map();
  readonly #executions: Shelf<string> = new Map();
  /** The event before the first of them. */
  readonly after: number;
  /** The newest of them. */
  upTo: number;

  constructor(after: number) {
    this.after = after;
    this.upTo = after;
  }

  add({ seq, agent, type, correlation, executionId, recipient }: FiledEvent): void {
    this.upTo = seq;
    put(this.#agents, agent, seq);
    put(this.#types, type, seq);
    if (correlation !== null) put(this.#correlations, correlation, seq);
    if (recipient !== null) put(this.#recipients, recipient, seq);
    if (executionId !== null) put(this.#executions, executionId, seq);
  }

  /** In the order in which the register keeps them. */
  *entries(): Generator<readonly [Heading, readonly number[]]> {
    for (const [key, seqs] of inOrder(this.#agents)) yield [["agent", key], seqs];
    for (const [key, seqs] of inOrder(this.#correlations)) yield [["correlation", key], seqs];
    for (const [key, seqs] of this.#executions) yield [["execution", key], seqs];
    for (const [key, seqs] of inOrder(this.#recipients)) yield [["recipient", key], seqs];
    for (const [key, seqs] of inOrder(this.#types)) yield [["type", key], seqs];
  }
}

function put<Key>(shelf: Shelf<Key>, key: Key, seq: number): void {
  const there = shelf.get(key);
  if (there === undefined) shelf.set(key, [seq]);
  else there.push(seq);
}

function inOrder(shelf: Shelf<number>): readonly (readonly [number, number[]])[] {
  return [...shelf].toSorted(([a], [b]) => a - b);
}
