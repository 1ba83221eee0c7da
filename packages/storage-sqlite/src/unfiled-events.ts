import type { PlainCells, RareCells } from "./event-row.ts";
import type { Heading } from "./register-entry.ts";

/** Events that belong under a heading. */
export interface Filed {
  readonly heading: Heading;
  /** Rising. */
  readonly seqs: readonly number[];
}

type Shelf = Map<string, number[]>;

/** What no number of a name is. */
const NONE = -1;

/**
 * Events that follow each other and are not in the register yet. Each is a number in a few lists, since every event comes
 * through here; they are sorted when they are filed.
 */
export class UnfiledEvents {
  readonly #seqs: number[] = [];
  readonly #agents: number[] = [];
  readonly #types: number[] = [];
  readonly #correlations: number[] = [];
  readonly #recipients: number[] = [];
  /** Few name one. */
  readonly #executions: { readonly seq: number; readonly id: string }[] = [];

  get size(): number {
    return this.#seqs.length;
  }

  /** How many agents they happened to. Counts them anew. */
  get agents(): number {
    return new Set(this.#agents).size;
  }

  /** Seq of the newest; 0 where there is none. */
  get upTo(): number {
    return this.#seqs.at(-1) ?? 0;
  }

  /** The event of a row. */
  add(plain: PlainCells, rare: RareCells): void {
    const seq = plain[0];
    this.#seqs.push(seq);
    this.#agents.push(plain[1]);
    this.#types.push(plain[3]);
    this.#correlations.push(plain[7] ?? NONE);
    this.#recipients.push(rare[3] ?? NONE);
    if (rare[0] !== null) this.#executions.push({ seq, id: rare[0] });
  }

  /** Takes back all but the first so many. */
  shorten(size: number): void {
    if (size >= this.size) return;
    for (const list of [this.#seqs, this.#agents, this.#types, this.#correlations, this.#recipients])
      list.length = size;
    while ((this.#executions.at(-1)?.seq ?? 0) > this.upTo) this.#executions.pop();
  }

  /** The first so many seqs after one that belong under any of these headings, rising. */
  find(
    headings: readonly Heading[],
    { after, limit }: { readonly after: number; readonly limit: number },
  ): readonly number[] {
    const found: number[] = [];
    const isWanted = (heading: Heading): boolean => this.#isUnder(heading, place);
    let place = this.#placeAfter(after);
    for (; place < this.size && found.length < limit; place += 1)
      if (headings.some(isWanted)) found.push(this.#seqs[place] ?? 0);
    return found;
  }

  /** Seq of an agent's newest event; undefined where none of them is its own. */
  newestOf(agent: number): number | undefined {
    return this.#seqs[this.#agents.lastIndexOf(agent)];
  }

  /** In the order in which the register keeps them. */
  *entries(): Generator<Filed> {
    yield* shelved("agent", this.#agents, this.#seqs);
    yield* shelved("correlation", this.#correlations, this.#seqs);
    const executions: Shelf = new Map();
    for (const { seq, id } of this.#executions) put(executions, id, seq);
    for (const [key, seqs] of executions) yield { heading: ["execution", key], seqs };
    yield* shelved("recipient", this.#recipients, this.#seqs);
    yield* shelved("type", this.#types, this.#seqs);
  }

  #placeAfter(seq: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#seqs[middle] ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #isUnder([what, key]: Heading, place: number): boolean {
    switch (what) {
      case "agent":
        return this.#agents[place] === key;
      case "type":
        return this.#types[place] === key;
      case "correlation":
        return this.#correlations[place] === key;
      case "recipient":
        return this.#recipients[place] === key;
      case "execution":
        return this.#executions.some(({ seq, id }) => id === key && seq === this.#seqs[place]);
    }
  }
}

/** Events sorted by a number that stands under `keys` in the place of each. */
function* shelved(
  what: Exclude<Heading[0], "execution">,
  keys: readonly number[],
  all: readonly number[],
): Generator<Filed> {
  // Key and place as one number: they are sorted as such, and nothing is made for each key before its turn.
  const places = keys.length;
  const order = new Float64Array(places);
  let filled = 0;
  for (let place = 0; place < places; place += 1) {
    const key = keys[place] ?? NONE;
    if (key === NONE) continue;
    order[filled] = key * places + place;
    filled += 1;
  }
  const sorted = order.subarray(0, filled).toSorted();
  for (let at = 0; at < filled;) {
    const key = Math.floor((sorted[at] ?? 0) / places);
    const end = (key + 1) * places;
    const seqs = Array.of<number>();
    for (; at < filled && (sorted[at] ?? end) < end; at += 1) seqs.push(all[(sorted[at] ?? 0) % places] ?? 0);
    yield { heading: [what, key], seqs };
  }
}

function put(shelf: Shelf, key: string, seq: number): void {
  const there = shelf.get(key);
  if (there === undefined) shelf.set(key, [seq]);
  else there.push(seq);
}
