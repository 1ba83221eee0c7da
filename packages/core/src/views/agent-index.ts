import { agentId, type AgentId } from "../ids.ts";
import type { AgentRecord } from "../state/agent-state.ts";

const NONE: ReadonlySet<AgentId> = new Set();

/** Where an index has an agent: whoever changes its record again and again keeps this, and need not look it up each time. */
export interface AgentPlace {
  readonly record: AgentRecord;
}

/**
 * The records of all agents, with the ways in which they are looked up. A projection: put the record of an agent after
 * each of its events. Every operation costs the same however many agents there are. Those that were removed are found by
 * id only, for what is below them and for what they have spent: no list has them, and their names are free.
 */
export class AgentIndex {
  readonly #places = new Map<AgentId, { record: AgentRecord }>();
  readonly #byName = new Map<string, AgentId>();
  readonly #children = new Map<AgentId, Set<AgentId>>();
  readonly #batches = new Map<string, Set<AgentId>>();
  readonly #open = new Set<AgentId>();
  readonly #withProcesses = new Set<AgentId>();
  readonly #withRequests = new Set<AgentId>();
  #removed = 0;
  readonly #withNotices = new Set<AgentId>();

  /** Takes in the newest record of an agent, and says where it has it. */
  put(record: AgentRecord): AgentPlace {
    const { id } = record;
    const known = this.#places.get(id);
    if (known !== undefined) {
      this.replace(known, record);
      return known;
    }
    const place = { record };
    this.#places.set(id, place);
    this.#meet(record);
    if (record.status !== "closed") this.#open.add(id);
    if (record.processes > 0) this.#withProcesses.add(id);
    if (record.requests !== undefined) this.#withRequests.add(id);
    if (record.notices !== undefined) this.#withNotices.add(id);
    return place;
  }

  /** The same for an agent whose place is known. The tables are large: what a record changes nothing in is not looked at. */
  replace(place: AgentPlace, record: AgentRecord): void {
    const { record: known } = place;
    if (known === record) return;
    (place as { record: AgentRecord }).record = record;
    const { id } = record;
    if (record.removed === true && known.removed !== true) this.#remove(record);
    if (record.status !== known.status) {
      if (record.status === "closed") this.#open.delete(id);
      else this.#open.add(id);
    }
    if (record.processes > 0 !== known.processes > 0) turn(this.#withProcesses, id, record.processes > 0);
    if (record.requests !== known.requests) turn(this.#withRequests, id, record.requests !== undefined);
    if (record.notices !== known.notices) turn(this.#withNotices, id, record.notices !== undefined);
  }

  /** What never changes of an agent, but for its removal. */
  #meet({ id, name, parentId, batch, removed }: AgentRecord): void {
    if (removed === true) this.#removed += 1;
    else if (name !== null) this.#byName.set(name, id);
    if (parentId !== null) addTo(this.#children, parentId, id);
    if (batch !== null) addTo(this.#batches, batch.id, id);
  }

  #remove({ id, name }: AgentRecord): void {
    this.#removed += 1;
    if (name !== null && this.#byName.get(name) === id) this.#byName.delete(name);
  }

  /** Also of one that was removed. */
  get(id: AgentId): AgentRecord | undefined {
    return this.#places.get(id)?.record;
  }

  /** By id, by name, or by the start of an id where only one agent's id starts so. */
  find(text: string): AgentRecord | undefined {
    const same = this.get(agentId(text));
    const exact = (same?.removed === true ? undefined : same) ?? this.byName(text);
    if (exact !== undefined || same !== undefined || text.length < 4) return exact;
    let found: AgentRecord | undefined;
    for (const [id, { record }] of this.#places) {
      if (!id.startsWith(text) || record.removed === true) continue;
      if (found !== undefined) return undefined;
      found = record;
    }
    return found;
  }

  byName(name: string): AgentRecord | undefined {
    const id = this.#byName.get(name);
    return id === undefined ? undefined : this.get(id);
  }

  /** Ids of an agent's direct children, oldest first, removed ones too. */
  childrenOf(id: AgentId): ReadonlySet<AgentId> {
    return this.#children.get(id) ?? NONE;
  }

  /** Ids of the workers of a batch. */
  batch(id: string): ReadonlySet<AgentId> {
    return this.#batches.get(id) ?? NONE;
  }

  /** Ids of agents that are not closed. */
  open(): ReadonlySet<AgentId> {
    return this.#open;
  }

  /** Ids of agents with processes whose end is not recorded, closed agents too. */
  withProcesses(): ReadonlySet<AgentId> {
    return this.#withProcesses;
  }

  /** Ids of agents with reports of which a person is still to be told, closed agents too. */
  withNotices(): ReadonlySet<AgentId> {
    return this.#withNotices;
  }

  /** Ids of agents with calls that wait for people. */
  withRequests(): ReadonlySet<AgentId> {
    return this.#withRequests;
  }

  /** Every record, oldest first. */
  *all(): IterableIterator<AgentRecord> {
    for (const record of this.everybody()) if (record.removed !== true) yield record;
  }

  /** The same with those that were removed. */
  *everybody(): IterableIterator<AgentRecord> {
    for (const { record } of this.#places.values()) yield record;
  }

  get size(): number {
    return this.#places.size - this.#removed;
  }
}

/** Puts an agent in a set, or takes it out. */
function turn(set: Set<AgentId>, id: AgentId, isIn: boolean): void {
  if (isIn) set.add(id);
  else set.delete(id);
}

function addTo<Key>(sets: Map<Key, Set<AgentId>>, key: Key, id: AgentId): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([id]));
  else set.add(id);
}
